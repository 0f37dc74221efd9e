package io.omnisql.node.replica;

import java.io.IOException;
import java.time.Duration;

/** What the log does to its disk, for metrics. Thread-safe. */
public interface LogActivity {
    /** From now on this one hears of every group that was made durable. */
    void setListener(Listener listener);

    /** What the log's files take now. Asks the disk, so it may block. */
    DiskUse diskUse() throws IOException;

    /** What is kept for those that lag. Asks the disk, so it may block. */
    Retained retained() throws IOException;

    /** The first slot from which on the entries take about {@code bytes} at most. Asks the disk, so it may block. */
    long indexOfLast(long bytes) throws IOException;

    /**
     * The entries that are kept.
     *
     * @param from slot of the first one
     * @param bytes about what they take in the log's files
     */
    record Retained(long from, long bytes) {}

    /**
     * Files of the log.
     *
     * @param segments sealed ones and the active one; not the one that is being prepared
     * @param bytes all of them, whether filled yet or not
     */
    record DiskUse(long segments, long bytes) {}

    /** Called on the log's own thread: implementations only count. */
    interface Listener {
        /** Nobody listens. */
        Listener NONE = (taken, batches, bytes) -> {};

        /** So many batches became durable by one write and one fsync that took so long together. */
        void synced(Duration taken, int batches, long bytes);
    }
}
