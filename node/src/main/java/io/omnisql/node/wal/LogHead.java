package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable state but for the entries, as it is after some batch.
 *
 * @param standing null before the first batch that tells it
 * @param compactedIndex entries below are not needed any more
 * @param acceptedIndex length of the log: an exclusive index
 */
record LogHead(
        @Nullable Standing standing,
        Ballot promise,
        Ballot acceptedRound,
        long decidedIndex,
        long compactedIndex,
        long acceptedIndex) {

    static LogHead empty(long configurationId) {
        Ballot none = Ballot.none(configurationId);
        return new LogHead(null, none, none, 0, 0, 0);
    }

    /**
     * The state after one batch.
     *
     * @throws IllegalArgumentException when the batch leaves a gap in the log, decides what the log does not hold, or gives up
     *     what is not decided
     */
    LogHead after(List<LogWrite> writes) {
        LogHead head = this;
        for (LogWrite write : writes) {
            head = head.after(write);
        }
        require(
                head.decidedIndex <= head.acceptedIndex,
                "decided index " + head.decidedIndex + " is beyond the log's end " + head.acceptedIndex);
        require(
                head.compactedIndex <= head.decidedIndex,
                "compacted index " + head.compactedIndex + " is beyond the decided index " + head.decidedIndex);
        return head;
    }

    private LogHead after(LogWrite write) {
        return switch (write) {
            case LogWrite.SetStanding(Standing next) ->
                new LogHead(next, promise, acceptedRound, decidedIndex, compactedIndex, acceptedIndex);
            case LogWrite.SetPromise(Ballot ballot) ->
                new LogHead(standing, ballot, acceptedRound, decidedIndex, compactedIndex, acceptedIndex);
            case LogWrite.SetAcceptedRound(Ballot ballot) ->
                new LogHead(standing, promise, ballot, decidedIndex, compactedIndex, acceptedIndex);
            case LogWrite.SetDecidedIndex(long decided) ->
                new LogHead(standing, promise, acceptedRound, decided, compactedIndex, acceptedIndex);
            case LogWrite.SetCompactedIndex(long compacted) ->
                new LogHead(
                        standing, promise, acceptedRound, decidedIndex, compacted, Math.max(acceptedIndex, compacted));
            case LogWrite.AppendEntries append ->
                new LogHead(standing, promise, acceptedRound, decidedIndex, compactedIndex, endOf(append));
        };
    }

    private long endOf(LogWrite.AppendEntries append) {
        require(
                append.from() >= compactedIndex && append.from() <= acceptedIndex,
                "entries from slot " + append.from() + " do not join the log's end " + acceptedIndex);
        return append.from() + append.entries().size();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
