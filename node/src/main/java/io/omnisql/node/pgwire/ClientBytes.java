package io.omnisql.node.pgwire;

import java.util.concurrent.atomic.AtomicLong;

/** What the prepared statements and portals of all clients of a node take of the heap, and how much that may be. Thread-safe. */
final class ClientBytes {
    /** So much every session has, whatever the others hold. */
    static final int FREE_BYTES = 32 << 10;
    /** No session takes more than such a part. */
    static final int SESSION_PART = 4;

    private final long bytesMax;
    private final AtomicLong counted = new AtomicLong();

    ClientBytes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** What all sessions hold beyond what each has for itself. */
    long counted() {
        return counted.get();
    }

    Share share() {
        return new Share();
    }

    private static long beyondFree(long bytes) {
        return Math.max(0, bytes - FREE_BYTES);
    }

    /** What one session holds. Used on its event loop only. */
    final class Share {
        private long held;
        private boolean isClosed;

        private Share() {}

        boolean hasRoomFor(long more) {
            long beyond = beyondFree(held + more);
            return beyond == 0
                    || (beyond <= bytesMax / SESSION_PART && counted.get() + beyond - beyondFree(held) <= bytesMax);
        }

        /** Holds so much more, or less. */
        void add(long bytes) {
            if (!isClosed) {
                var _ = counted.addAndGet(beyondFree(held + bytes) - beyondFree(held));
                held += bytes;
            }
        }

        /** The session is over. */
        void close() {
            add(-held);
            isClosed = true;
        }
    }
}
