package io.omnisql.omnipaxos;

import java.util.ArrayDeque;

/** How much of the log is on disk, and as part of which round: memory runs ahead by the batches that are in flight. */
final class Durability {

    private record Batch(long token, long acceptedIndex, Ballot acceptedRound) {
        Batch cutAt(long index) {
            return acceptedIndex <= index ? this : new Batch(token, index, acceptedRound);
        }
    }

    private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
    private long lastToken;
    private long durableIndex;
    private Ballot durableRound;

    Durability(long durableIndex, Ballot durableRound) {
        this.durableIndex = durableIndex;
        this.durableRound = durableRound;
    }

    /** What the disk holds of the log as it is in memory now: entries below are equal in both. */
    long durableIndex() {
        return durableIndex;
    }

    /** The accepted round on disk. */
    Ballot durableRound() {
        return durableRound;
    }

    /** Names the next batch, after which the disk will hold this much. */
    long nextBatch(long acceptedIndex, Ballot acceptedRound) {
        lastToken++;
        inFlight.addLast(new Batch(lastToken, acceptedIndex, acceptedRound));
        return lastToken;
    }

    /** The log changed at {@code index}: neither the disk nor a batch under way holds what is there now. */
    void cutAt(long index) {
        durableIndex = Math.min(durableIndex, index);
        for (int i = inFlight.size(); i > 0; i--) {
            inFlight.addLast(inFlight.removeFirst().cutAt(index));
        }
    }

    /** The batch and all before it are on disk. */
    void persisted(long token) {
        Invariants.check(token <= lastToken, "persisted batch %d of %d", token, lastToken);
        while (!inFlight.isEmpty() && inFlight.getFirst().token() <= token) {
            Batch batch = inFlight.removeFirst();
            durableIndex = batch.acceptedIndex();
            durableRound = batch.acceptedRound();
        }
    }
}
