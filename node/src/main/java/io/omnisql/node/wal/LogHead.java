package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.LogWrite;
import java.util.List;

/**
 * The durable state but for the entries, as it is after some batch.
 *
 * @param acceptedIndex length of the log: an exclusive index
 */
record LogHead(Ballot promise, Ballot acceptedRound, long decidedIndex, long acceptedIndex) {

    static LogHead empty(long configurationId) {
        Ballot none = Ballot.none(configurationId);
        return new LogHead(none, none, 0, 0);
    }

    /**
     * The state after one batch.
     *
     * @throws IllegalArgumentException when the batch leaves a gap in the log, or decides what the log does not hold
     */
    LogHead after(List<LogWrite> writes) {
        LogHead head = this;
        for (LogWrite write : writes) {
            head = head.after(write);
        }
        if (head.decidedIndex > head.acceptedIndex) {
            throw new IllegalArgumentException(
                    "decided index " + head.decidedIndex + " is beyond the log's end " + head.acceptedIndex);
        }
        return head;
    }

    private LogHead after(LogWrite write) {
        return switch (write) {
            case LogWrite.SetPromise(Ballot ballot) -> new LogHead(ballot, acceptedRound, decidedIndex, acceptedIndex);
            case LogWrite.SetAcceptedRound(Ballot ballot) -> new LogHead(promise, ballot, decidedIndex, acceptedIndex);
            case LogWrite.SetDecidedIndex(long decided) -> new LogHead(promise, acceptedRound, decided, acceptedIndex);
            case LogWrite.AppendEntries append -> new LogHead(promise, acceptedRound, decidedIndex, endOf(append));
        };
    }

    private long endOf(LogWrite.AppendEntries append) {
        if (append.from() < 0 || append.from() > acceptedIndex) {
            throw new IllegalArgumentException(
                    "entries from slot " + append.from() + " do not join the log's end " + acceptedIndex);
        }
        return append.from() + append.entries().size();
    }
}
