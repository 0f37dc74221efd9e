package io.omnisql.node.apply;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The part of the heap that results of reads may take. A result that stays small needs no leave. One that grows waits until there is
 * room for the largest that may come, so that no two wait for what the other holds. Thread-safe.
 */
final class ResultRoom {
    static final int SMALL_BYTES = 256 << 10;
    private static final int UNIT_BYTES = 1 << 10;

    private final int unitsOfLargest;
    private final Semaphore units;

    /** At least the largest result has room, alone. */
    ResultRoom(long bytesMax, int resultBytesMax) {
        unitsOfLargest = Math.ceilDiv(resultBytesMax, UNIT_BYTES);
        units = new Semaphore((int) Math.max(unitsOfLargest, bytesMax / UNIT_BYTES), true);
    }

    /** For one read. */
    Claim claim(long deadlineNanos) {
        return new Claim(deadlineNanos);
    }

    /** What one read may hold until it is closed. Used by one thread at a time. */
    final class Claim implements AutoCloseable {
        private final long deadlineNanos;
        private boolean isLarge;

        private Claim(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        /** Waits for room if a result of this size needs it; false when there was none until the deadline. */
        boolean covers(long bytes) throws InterruptedException {
            if (!isLarge && bytes > SMALL_BYTES) {
                isLarge = units.tryAcquire(unitsOfLargest, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                return isLarge;
            }
            return true;
        }

        @Override
        public void close() {
            if (isLarge) {
                isLarge = false;
                units.release(unitsOfLargest);
            }
        }
    }
}
