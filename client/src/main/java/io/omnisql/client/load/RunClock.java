package io.omnisql.client.load;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/** Wall time that never goes back: the system clock looked at once, then the monotonic one. */
public final class RunClock {
    private static final long NANOS_PER_MICRO = 1000;

    private final long anchorNanos = System.nanoTime();
    private final long anchorMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

    long microsAt(long nanos) {
        return anchorMicros + Math.floorDiv(nanos - anchorNanos, NANOS_PER_MICRO);
    }

    long nanosAt(Instant instant) {
        return anchorNanos + (ChronoUnit.MICROS.between(Instant.EPOCH, instant) - anchorMicros) * NANOS_PER_MICRO;
    }

    Instant instantAt(long nanos) {
        return Instant.EPOCH.plus(microsAt(nanos), ChronoUnit.MICROS);
    }

    /** Waits until {@link System#nanoTime()} is {@code nanos}; false when interrupted. */
    static boolean awaitNanos(long nanos) {
        long wait = nanos - System.nanoTime();
        while (wait > 0) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(wait);
            wait = nanos - System.nanoTime();
        }
        return true;
    }
}
