package io.omnisql.operator.apiserver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, so far behind as the test wants. */
final class MovableClock extends Clock {
    private volatile Duration behind;

    MovableClock(Duration behind) {
        this.behind = behind;
    }

    void set(Duration now) {
        behind = now;
    }

    @Override
    public Instant instant() {
        return Instant.now().minus(behind);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
