package io.omnisql.node;

/**
 * Bounds that clients meet or that several rooms share. One that concerns a single room is in that room's settings, or a constant of the
 * class that waits.
 *
 * @param entryBytesMax the largest command; a larger one is refused with 54000
 * @param frameBytesMax the largest frame between peers; must hold an entry
 * @param clientMessageBytesMax the largest message a client may send
 * @param resultBytesMax the largest result of a write, of a forwarded read or over HTTP; a larger one fails with 54000
 * @param clientConnectionsMax SQL clients at once; more get 53300
 * @param httpRequestsMax requests for SQL over HTTP at once; more get 53300 (each may hold a whole result)
 * @param writesInFlightMax writes of this node's clients that wait for their result; more get 53400
 * @param mailboxMax messages and requests that wait for the protocol's next step
 * @param appliedWaitersMax reads that wait for the applied index
 * @param peerQueueBytesMax what may wait for one peer's socket before messages are dropped
 * @param applyQueueBytesMax decided entries in memory that wait for PostgreSQL; beyond it they are read from the log again
 * @param applyGroupMax entries that share one PostgreSQL transaction
 * @param requestWindowSlots how far back in the log request ids, and small results, are remembered
 * @param keyWindowSlots how far back in the log clients' own keys are remembered, at most for a day
 */
public record Limits(
        int entryBytesMax,
        int frameBytesMax,
        int clientMessageBytesMax,
        int resultBytesMax,
        int clientConnectionsMax,
        int httpRequestsMax,
        int writesInFlightMax,
        int mailboxMax,
        int appliedWaitersMax,
        long peerQueueBytesMax,
        long applyQueueBytesMax,
        int applyGroupMax,
        long requestWindowSlots,
        long keyWindowSlots) {
    private static final int HEAP_SHARES = 8;

    /** What the letters of {@code mailboxMax} may weigh. */
    static long mailboxBytesMax() {
        return shareOfHeap(256L << 20);
    }

    /** What the results of reads without a session of their own may take while they are read and encoded. */
    public static long readResultsBytesMax() {
        return shareOfHeap(256L << 20);
    }

    /** What the prepared statements of a node's clients may take, and their unfinished messages as much again. */
    static long clientBytesMax() {
        return shareOfHeap(256L << 20);
    }

    /** What may wait in one place: so much at most, and an eighth of a smaller heap, for there are several such places. */
    static long shareOfHeap(long bytesMax) {
        return shareOfHeap(bytesMax, Runtime.getRuntime().maxMemory());
    }

    static long shareOfHeap(long bytesMax, long heapBytes) {
        return Math.min(bytesMax, heapBytes / HEAP_SHARES);
    }

    /** The bounds that the product ships with. */
    public static Limits defaults() {
        return new Limits(
                8 << 20, 32 << 20, 16 << 20, 16 << 20, 500, 64, 4_096, 65_536, 16_384, 64L << 20, 32L << 20, 200,
                200_000, 5_000_000);
    }
}
