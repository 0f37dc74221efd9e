package io.omnisql.omnipaxos;

import java.util.Arrays;

/** The tally of the accept phase: how much each member has on disk in this round. Tells what is chosen. */
final class AcceptedIndexes {
    private final long[] indexes;
    private final int quorum;

    AcceptedIndexes(int members, int quorum) {
        this.indexes = new long[members];
        this.quorum = quorum;
    }

    /** Takes the higher: acknowledgements are cumulative and may come late. */
    void raise(int member, long index) {
        indexes[member] = Math.max(indexes[member], index);
    }

    long of(int member) {
        return indexes[member];
    }

    /** The highest index that a quorum has reached, whoever was the last to tell. */
    long chosenIndex() {
        long[] ascending = indexes.clone();
        Arrays.sort(ascending);
        return ascending[ascending.length - quorum];
    }
}
