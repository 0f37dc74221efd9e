package io.omnisql.node.gateway;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * This machine's own time in nanoseconds, for measuring how long ago something was. It never goes back, and it also passes while the
 * machine is suspended, when {@link System#nanoTime} stands still: it makes up for whatever the calendar's clock gained. A calendar that is
 * set forward only makes things look older than they are. Its origin means nothing, and nothing of another machine. Thread-safe.
 */
final class SteadyClock implements LongSupplier {
    private final LongSupplier monotonic;
    private final LongSupplier calendar;
    private long gained = Long.MIN_VALUE;

    SteadyClock() {
        this(System::nanoTime, SteadyClock::calendarNanos);
    }

    /** Both in nanoseconds, each from an origin of its own. */
    SteadyClock(LongSupplier monotonic, LongSupplier calendar) {
        this.monotonic = monotonic;
        this.calendar = calendar;
    }

    private static long calendarNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public synchronized long getAsLong() {
        long now = monotonic.getAsLong();
        gained = Math.max(gained, calendar.getAsLong() - now);
        return now + gained;
    }
}
