package io.omnisql.omnipaxos;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What recovery hands back to a new instance.
 *
 * @param standing null on an empty disk
 * @param promise the last durable promise, {@link Ballot#none} at first start
 * @param acceptedRound the last durable accepted round
 * @param decidedIndex may lag what was decided, never lead
 * @param compactedIndex entries below are gone, a state that the host keeps covers them
 * @param retainedFrom slot of the first entry of {@code entries}; at least {@code compactedIndex}, at most {@code decidedIndex}
 * @param entries the log from {@code retainedFrom} to its end; older entries stay on disk
 */
public record DurableState(
        @Nullable Standing standing,
        Ballot promise,
        Ballot acceptedRound,
        long decidedIndex,
        long compactedIndex,
        long retainedFrom,
        List<Entry> entries) {
    public DurableState {
        entries = List.copyOf(entries);
        boolean ascend = compactedIndex <= retainedFrom && retainedFrom <= decidedIndex;
        if (!ascend || decidedIndex > retainedFrom + entries.size()) {
            throw new IllegalArgumentException("compacted " + compactedIndex + ", retained from " + retainedFrom
                    + ", decided " + decidedIndex + ", accepted " + (retainedFrom + entries.size())
                    + " do not fit together");
        }
    }

    /** What an empty disk holds. */
    public static DurableState empty(long configurationId) {
        Ballot none = Ballot.none(configurationId);
        return new DurableState(null, none, none, 0, 0, 0, List.of());
    }

    /** Length of the log: an exclusive index. */
    public long acceptedIndex() {
        return retainedFrom + entries.size();
    }
}
