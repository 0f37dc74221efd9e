package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random but fitting batches, and the state that they lead to: what a log must give back, written as simply as possible. */
final class Batches {
    static final long CONFIGURATION = 7;

    private final Random random;
    private final int entryBytesMax;
    private Ballot promise = Ballot.none(CONFIGURATION);
    private Ballot acceptedRound = Ballot.none(CONFIGURATION);
    private long decidedIndex;
    private final List<Entry> entries = new ArrayList<>();

    Batches(Random random, int entryBytesMax) {
        this.random = random;
        this.entryBytesMax = entryBytesMax;
    }

    /** Goes on from a whole state. */
    Batches(Random random, int entryBytesMax, DurableState state) {
        this(random, entryBytesMax);
        promise = state.promise();
        acceptedRound = state.acceptedRound();
        decidedIndex = state.decidedIndex();
        entries.addAll(state.entries());
    }

    /** The whole state after the batches so far, nothing left out of the window. */
    DurableState state() {
        return new DurableState(promise, acceptedRound, decidedIndex, 0, entries);
    }

    List<LogWrite> next() {
        List<LogWrite> writes = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            promise = ballot();
            writes.add(new LogWrite.SetPromise(promise));
        }
        if (random.nextInt(4) == 0) {
            acceptedRound = ballot();
            writes.add(new LogWrite.SetAcceptedRound(acceptedRound));
        }
        if (random.nextInt(3) != 0) {
            writes.add(append());
        }
        if (random.nextInt(2) == 0) {
            decidedIndex += random.nextInt((int) (entries.size() - decidedIndex) + 1);
            writes.add(new LogWrite.SetDecidedIndex(decidedIndex));
        }
        return writes;
    }

    private LogWrite append() {
        boolean overwrites = random.nextInt(3) == 0;
        int undecided = (int) (entries.size() - decidedIndex);
        int from = overwrites ? (int) decidedIndex + random.nextInt(undecided + 1) : entries.size();
        entries.subList(from, entries.size()).clear();
        List<Entry> added = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            added.add(command());
        }
        entries.addAll(added);
        return new LogWrite.AppendEntries(from, added);
    }

    private Entry command() {
        byte[] bytes = new byte[random.nextInt(entryBytesMax)];
        random.nextBytes(bytes);
        return new Entry.Command(bytes);
    }

    private Ballot ballot() {
        return new Ballot(CONFIGURATION, random.nextLong(), random.nextInt(), random.nextLong());
    }

    /** Entries [from, from + count) that hold their slot's number, {@code bytes} long each. */
    static LogWrite numbered(long from, int count, int bytes) {
        List<Entry> entries = new ArrayList<>();
        for (long slot = from; slot < from + count; slot++) {
            entries.add(numberedEntry(slot, bytes));
        }
        return new LogWrite.AppendEntries(from, entries);
    }

    static Entry numberedEntry(long slot, int bytes) {
        byte[] content = new byte[bytes];
        java.nio.ByteBuffer.wrap(content).putLong(slot);
        return new Entry.Command(content);
    }
}
