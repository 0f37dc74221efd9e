package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.omnisql.omnipaxos.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random but fitting batches, and the state that they lead to: what a log must give back, written as simply as possible. */
final class Batches {
    static final long CONFIGURATION = 7;

    private final Random random;
    private final int entryBytesMax;
    private @Nullable Standing standing;
    private Ballot promise = Ballot.none(CONFIGURATION);
    private Ballot acceptedRound = Ballot.none(CONFIGURATION);
    private long decidedIndex;
    private long compactedIndex;
    private final List<Entry> entries = new ArrayList<>(); // From the compacted index on.

    Batches(Random random, int entryBytesMax) {
        this.random = random;
        this.entryBytesMax = entryBytesMax;
    }

    /** Goes on from a whole state. */
    Batches(Random random, int entryBytesMax, DurableState state) {
        this(random, entryBytesMax);
        standing = state.standing();
        promise = state.promise();
        acceptedRound = state.acceptedRound();
        decidedIndex = state.decidedIndex();
        compactedIndex = state.compactedIndex();
        entries.addAll(state.entries());
    }

    /** The whole state after the batches so far, nothing left out of the window. */
    DurableState state() {
        return new DurableState(
                standing, promise, acceptedRound, decidedIndex, compactedIndex, compactedIndex, entries);
    }

    List<LogWrite> next() {
        List<LogWrite> writes = new ArrayList<>();
        if (random.nextInt(10) == 0) {
            standing = new Standing(configuration(), random.nextLong(), random.nextLong(), ballot());
            writes.add(new LogWrite.SetStanding(standing));
        }
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
            decidedIndex += random.nextInt((int) (end() - decidedIndex) + 1);
            writes.add(new LogWrite.SetDecidedIndex(decidedIndex));
        }
        if (random.nextInt(8) == 0) {
            writes.addAll(compact());
        }
        return writes;
    }

    /** Mostly a trim; now and then a state from elsewhere, beyond the log's end. */
    private List<LogWrite> compact() {
        boolean isJump = random.nextInt(6) == 0;
        long index = isJump
                ? end() + random.nextInt(20_000)
                : compactedIndex + random.nextInt((int) (decidedIndex - compactedIndex) + 1);
        entries.subList(0, (int) Math.min(index - compactedIndex, entries.size()))
                .clear();
        compactedIndex = index;
        decidedIndex = Math.max(decidedIndex, index);
        return List.of(new LogWrite.SetDecidedIndex(decidedIndex), new LogWrite.SetCompactedIndex(index));
    }

    private long end() {
        return compactedIndex + entries.size();
    }

    private LogWrite append() {
        boolean overwrites = random.nextInt(3) == 0;
        int undecided = (int) (end() - decidedIndex);
        long from = overwrites ? decidedIndex + random.nextInt(undecided + 1) : end();
        entries.subList((int) (from - compactedIndex), entries.size()).clear();
        List<Entry> added = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            added.add(entry());
        }
        entries.addAll(added);
        return new LogWrite.AppendEntries(from, added);
    }

    private Entry entry() {
        return random.nextInt(10) == 0 ? new Entry.StopSign(configuration()) : command();
    }

    private Configuration configuration() {
        List<NodeId> replicas = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            replicas.add(new NodeId(10L * i + 1 + random.nextInt(10)));
        }
        String metadata = "e".repeat(random.nextInt(300));
        return new Configuration(1 + random.nextInt(9), replicas, Quorum.majority(replicas.size()), metadata);
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
