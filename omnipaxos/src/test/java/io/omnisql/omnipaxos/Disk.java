package io.omnisql.omnipaxos;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that holds what was written, whole batches only. */
final class Disk {
    private @Nullable Standing standing;
    private Ballot promise;
    private Ballot acceptedRound;
    private long decidedIndex;
    private long compactedIndex;
    private final List<Entry> entries; // From the compacted index on.

    Disk(DurableState state) {
        standing = state.standing();
        promise = state.promise();
        acceptedRound = state.acceptedRound();
        decidedIndex = state.decidedIndex();
        compactedIndex = state.compactedIndex();
        entries = new ArrayList<>(state.entries());
    }

    void write(List<LogWrite> writes) {
        for (LogWrite write : writes) {
            switch (write) {
                case LogWrite.SetStanding(Standing next) -> standing = next;
                case LogWrite.SetPromise(Ballot ballot) -> promise = ballot;
                case LogWrite.SetAcceptedRound(Ballot ballot) -> acceptedRound = ballot;
                case LogWrite.SetDecidedIndex(long index) -> decidedIndex = index;
                case LogWrite.SetCompactedIndex(long index) -> {
                    entries.subList(0, Math.min(place(index), entries.size())).clear();
                    compactedIndex = index;
                }
                case LogWrite.AppendEntries(long from, List<Entry> appended) -> {
                    entries.subList(place(from), entries.size()).clear();
                    entries.addAll(appended);
                }
            }
        }
    }

    DurableState recover() {
        return recover(compactedIndex);
    }

    DurableState recover(long retainedFrom) {
        List<Entry> retained = entries.subList(place(retainedFrom), entries.size());
        return new DurableState(standing, promise, acceptedRound, decidedIndex, compactedIndex, retainedFrom, retained);
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** What the host answers to a catch-up. */
    Message read(Output.CatchUp catchUp) {
        return catchUp.answer(entries.subList(place(catchUp.from()), place(catchUp.until())));
    }

    private int place(long slot) {
        return (int) (slot - compactedIndex);
    }
}
