package io.omnisql.node.wal;

/**
 * Tunables and bounds of the log on disk.
 *
 * @param segmentBytes size to which a segment is filled with zeros ahead of its use; a larger batch gets a larger segment
 * @param firstSegmentBytes size of the very first segment, smaller so that a first start does not wait for the disk
 * @param retainedBytes what recovery hands back of the decided log, about
 * @param groupBytesMax batches that share one write weigh at most this, unless one alone is heavier
 * @param queueBytesMax batches that wait for the disk weigh at most this; beyond it {@code append} waits
 * @param stallMillisMax how long {@code append} waits, or one write and fsync last, before the disk counts as failed
 */
public record WalSettings(
        int segmentBytes,
        int firstSegmentBytes,
        long retainedBytes,
        int groupBytesMax,
        long queueBytesMax,
        long stallMillisMax) {
    private static final int SEGMENT_BYTES_MAX = 1 << 30;

    public WalSettings {
        boolean inRange = segmentBytes > SegmentHeader.BYTES
                && segmentBytes <= SEGMENT_BYTES_MAX
                && firstSegmentBytes > SegmentHeader.BYTES
                && firstSegmentBytes <= segmentBytes;
        boolean positive = retainedBytes > 0 && groupBytesMax > 0 && queueBytesMax > 0 && stallMillisMax > 0;
        if (!inRange || !positive) {
            throw new IllegalArgumentException(
                    "Segments must be larger than " + SegmentHeader.BYTES + " bytes and at most " + SEGMENT_BYTES_MAX
                            + ", the first at most as large as the others, all bounds positive");
        }
    }

    /** The values that the product ships with. */
    public static WalSettings defaults() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }

    /** The same for a heap of so many bytes: no more than an eighth of it waits for the disk. */
    static WalSettings ofHeap(long heapBytes) {
        long queueBytesMax = Math.min(256L << 20, heapBytes / 8);
        return new WalSettings(64 << 20, 4 << 20, 16L << 20, 8 << 20, queueBytesMax, 30_000);
    }
}
