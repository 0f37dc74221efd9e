package io.omnisql.omnipaxos;

import java.util.ArrayList;
import java.util.List;

/** A disk that holds what was written, whole batches only. */
final class Disk {
    private Ballot promise;
    private Ballot acceptedRound;
    private long decidedIndex;
    private final List<Entry> entries;

    Disk(DurableState state) {
        promise = state.promise();
        acceptedRound = state.acceptedRound();
        decidedIndex = state.decidedIndex();
        entries = new ArrayList<>(state.entries());
    }

    void write(List<LogWrite> writes) {
        for (LogWrite write : writes) {
            switch (write) {
                case LogWrite.SetPromise(Ballot ballot) -> promise = ballot;
                case LogWrite.SetAcceptedRound(Ballot ballot) -> acceptedRound = ballot;
                case LogWrite.SetDecidedIndex(long index) -> decidedIndex = index;
                case LogWrite.AppendEntries(long from, List<Entry> appended) -> {
                    entries.subList((int) from, entries.size()).clear();
                    entries.addAll(appended);
                }
            }
        }
    }

    DurableState recover() {
        return recover(0);
    }

    DurableState recover(long retainedFrom) {
        List<Entry> retained = entries.subList((int) retainedFrom, entries.size());
        return new DurableState(promise, acceptedRound, decidedIndex, retainedFrom, retained);
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** What the host answers to a catch-up. */
    Message.DecidedEntries read(Output.CatchUp catchUp) {
        return new Message.DecidedEntries(
                catchUp.ballot(), catchUp.from(), entries.subList((int) catchUp.from(), (int) catchUp.until()));
    }
}
