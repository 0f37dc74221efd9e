package io.omnisql.node.pgwire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all clients of a node make it hold of one kind (prepared statements and portals, messages that are not complete), and how much that
 * may be. Thread-safe.
 */
final class ClientBytes {
    /** So much every session has, whatever the others hold. */
    static final int FREE_BYTES = 32 << 10;

    private final long bytesMax;
    private final long sessionBytesMax;
    private final AtomicLong counted = new AtomicLong();

    /** @param sessionBytesMax what one session may hold of it */
    ClientBytes(long bytesMax, long sessionBytesMax) {
        this.bytesMax = bytesMax;
        this.sessionBytesMax = sessionBytesMax;
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
            return beyond == 0 || (beyond <= sessionBytesMax && counted.get() + beyond - beyondFree(held) <= bytesMax);
        }

        /** Holds so much more, or less. */
        void add(long bytes) {
            if (!isClosed) {
                var _ = counted.addAndGet(beyondFree(held + bytes) - beyondFree(held));
                held += bytes;
            }
        }

        /** Holds so much from now on; false when there was no room for it. */
        boolean isHeld(long bytes) {
            boolean hasRoom = bytes <= held || hasRoomFor(bytes - held);
            add(bytes - held);
            return hasRoom;
        }

        /** The session is over. */
        void close() {
            add(-held);
            isClosed = true;
        }
    }
}
