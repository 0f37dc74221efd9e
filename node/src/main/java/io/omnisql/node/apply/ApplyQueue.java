package io.omnisql.node.apply;

import io.omnisql.node.replica.DurableLog;
import io.omnisql.omnipaxos.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Decided entries that wait for PostgreSQL: bounded in memory; what does not fit is dropped and read from the log when its turn
 * comes. Thread-safe; one thread takes.
 */
final class ApplyQueue {
    private static final long DURABLE_POLL_MILLIS = 10;

    /** How long an entry that nobody waits for at this node waits for others to share its transaction, and for how many. */
    private static final Duration COMPANY = Duration.ofMillis(2);

    private static final int COMPANY_ENTRIES = 64;

    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private final DurableLog log;
    private final long bytesMax;
    private final long readBytesMax;
    private final BooleanSupplier isUrgent;
    private final long companyNanos;
    private long bytes;
    private long decidedIndex;
    private long enough; // Up to where entries must be decided for the taker to look before its time is over.
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean isClosed;

    /**
     * Empty.
     *
     * @param isUrgent whether somebody waits for what the entries do; {@link #nudge} when that becomes true, unless the entry that is
     *     waited for is still to come
     */
    ApplyQueue(DurableLog log, long bytesMax, long readBytesMax, BooleanSupplier isUrgent) {
        this(log, bytesMax, readBytesMax, isUrgent, COMPANY);
    }

    /** The same with another time that entries wait for others. */
    ApplyQueue(DurableLog log, long bytesMax, long readBytesMax, BooleanSupplier isUrgent, Duration company) {
        this.isUrgent = isUrgent;
        this.companyNanos = company.toNanos();
        this.log = log;
        this.bytesMax = bytesMax;
        this.readBytesMax = readBytesMax;
    }

    /** Entries from a slot on, with what they weigh. */
    private record Chunk(long from, List<Entry> entries, long bytes, long cameNanos) {
        long until() {
            return from + entries.size();
        }
    }

    /** Takes note of decided entries; keeps them if there is room. */
    synchronized void add(long from, List<Entry> entries) {
        long weight = 0;
        for (Entry entry : entries) {
            weight += entry.sizeBytes();
        }
        decidedIndex = Math.max(decidedIndex, from + entries.size());
        if (bytes + weight <= bytesMax) {
            chunks.add(new Chunk(from, entries, weight, System.nanoTime()));
            bytes += weight;
        }
        if (decidedIndex >= enough || isUrgent.getAsBoolean()) {
            notifyAll();
        }
    }

    /** What waits in memory. */
    synchronized long bytes() {
        return bytes;
    }

    /** Up to where entries are known as decided. */
    synchronized long decidedIndex() {
        return decidedIndex;
    }

    /** Wakes up whoever waits, for ever. */
    synchronized void close() {
        isClosed = true;
        closed.countDown();
        notifyAll();
    }

    /** Lets whoever waits look whether it still wants to. */
    synchronized void nudge() {
        notifyAll();
    }

    /**
     * Entries from {@code position} on, at most {@code countMax}; waits for the first. Empty only when closed or no longer wanted, which
     * is looked at before each wait and after {@link #nudge}.
     */
    List<Entry> take(long position, int countMax, BooleanSupplier isWanted) throws IOException, InterruptedException {
        while (true) {
            long until;
            synchronized (this) {
                while (decidedIndex <= position && !isClosed && isWanted.getAsBoolean()) {
                    wait();
                }
                if (isClosed || !isWanted.getAsBoolean()) {
                    return List.of();
                }
                awaitCompany(position, isWanted);
                List<Entry> waiting = takeFromMemory(position, countMax);
                if (!waiting.isEmpty()) {
                    return waiting;
                }
                until = chunks.isEmpty() ? decidedIndex : chunks.element().from();
            }
            List<Entry> read = log.read(position, Math.min(until, position + countMax), readBytesMax);
            if (!read.isEmpty()) {
                return read;
            }
            awaitDurable();
        }
    }

    /** A transaction for every entry costs PostgreSQL and this process more than the entries do. Holds the monitor. */
    private void awaitCompany(long position, BooleanSupplier isWanted) throws InterruptedException {
        dropBelow(position);
        enough = position + COMPANY_ENTRIES;
        try {
            while (!isClosed && isWanted.getAsBoolean() && !isUrgent.getAsBoolean() && !chunks.isEmpty()) {
                long left = chunks.element().cameNanos() + companyNanos - System.nanoTime();
                if (left <= 0 || decidedIndex >= enough) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } finally {
            enough = 0;
        }
    }

    private List<Entry> takeFromMemory(long position, int countMax) {
        dropBelow(position);
        var taken = new ArrayList<Entry>();
        long next = position;
        for (Chunk chunk : chunks) {
            if (chunk.from() > next || taken.size() >= countMax) {
                break;
            }
            int at = Math.toIntExact(next - chunk.from());
            int count = Math.min(chunk.entries().size() - at, countMax - taken.size());
            taken.addAll(chunk.entries().subList(at, at + count));
            next += count;
        }
        return taken;
    }

    private void dropBelow(long position) {
        while (!chunks.isEmpty() && chunks.element().until() <= position) {
            bytes -= chunks.remove().bytes();
        }
    }

    /** Entries may be decided by others before this node's own disk has them. */
    private void awaitDurable() throws InterruptedException {
        var _ = closed.await(DURABLE_POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
}
