package io.omnisql.node.wal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Batches between the replica and the log's thread, bounded in bytes and, while there are more, in time. */
final class BatchQueue {
    /** So often at least it must be seen that a group is under way before the disk counts as failed. */
    private static final int LOOKS_MIN = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<GroupWriter.Batch> waiting = new ArrayDeque<>();
    private final WalSettings settings;
    private long waitingBytes;
    private boolean isUnderWay;
    private long underWayNanos;
    private long seenNanos;
    private boolean finishing;
    private boolean refusing;

    BatchQueue(WalSettings settings) {
        this.settings = settings;
    }

    /**
     * Adds a batch; waits while too many bytes wait. After a failure batches vanish: nobody will acknowledge them.
     *
     * @throws IOException when the disk was too slow for too long, be it with one group that is under way
     */
    void add(GroupWriter.Batch batch) throws IOException {
        lock.lock();
        try {
            requireAnswer(System.nanoTime());
            awaitRoom();
            if (finishing) {
                throw new IllegalStateException("The log is closed");
            }
            if (!refusing) {
                waiting.addLast(batch);
                waitingBytes += batch.bodyBytes();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #add} would wait now. */
    boolean isFull() {
        lock.lock();
        try {
            return waitingBytes > settings.queueBytesMax() && !refusing && !finishing;
        } finally {
            lock.unlock();
        }
    }

    /** Whether batches wait to be taken. */
    boolean hasWaiting() {
        lock.lock();
        try {
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * However little waits: a disk that neither answers nor fails would let this node keep the lead, or the highest ballot, for
     * ever. A long time between two looks counts in part only, for when the whole machine stood still the disk did so, too.
     */
    private void requireAnswer(long now) throws IOException {
        if (!isUnderWay || refusing) {
            return;
        }
        long mostNanos = TimeUnit.MILLISECONDS.toNanos(settings.stallMillisMax());
        underWayNanos += Math.min(now - seenNanos, mostNanos / LOOKS_MIN);
        seenNanos = now;
        if (underWayNanos > mostNanos) {
            throw new IOException("The disk has not answered for " + settings.stallMillisMax() + " ms");
        }
    }

    /** What was taken last is written. */
    void written() {
        lock.lock();
        try {
            isUnderWay = false;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom() throws IOException {
        long nanosLeft = TimeUnit.MILLISECONDS.toNanos(settings.stallMillisMax());
        boolean interrupted = false;
        while (waitingBytes > settings.queueBytesMax() && !refusing && !finishing) {
            if (nanosLeft <= 0) {
                throw new IOException("The disk made no room within " + settings.stallMillisMax() + " ms: "
                        + waitingBytes + " bytes wait");
            }
            try {
                nanosLeft = changed.awaitNanos(nanosLeft);
            } catch (InterruptedException again) {
                interrupted = true; // A batch must not get lost because somebody is in a hurry; the wait is bounded.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that waits, up to the bound of a group; waits for the first. Empty when the queue is finished. */
    List<GroupWriter.Batch> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !finishing) {
                changed.awaitUninterruptibly();
            }
            return takeGroup();
        } finally {
            lock.unlock();
        }
    }

    private List<GroupWriter.Batch> takeGroup() {
        List<GroupWriter.Batch> group = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty()
                && (group.isEmpty() || bytes + waiting.peekFirst().bodyBytes() <= settings.groupBytesMax())) {
            GroupWriter.Batch batch = waiting.removeFirst();
            bytes += batch.bodyBytes();
            group.add(batch);
        }
        waitingBytes -= bytes;
        isUnderWay = !group.isEmpty();
        underWayNanos = 0;
        seenNanos = System.nanoTime();
        changed.signalAll();
        return group;
    }

    /** No more batches will come. */
    void finish() {
        lock.lock();
        try {
            finishing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Drops what waits and whatever comes. */
    void refuseAll() {
        lock.lock();
        try {
            refusing = true;
            waiting.clear();
            waitingBytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
