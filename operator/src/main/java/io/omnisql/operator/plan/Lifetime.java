package io.omnisql.operator.plan;

import java.time.Duration;
import java.time.Instant;

/** From when until when a certificate is good. */
public record Lifetime(Instant from, Instant until) {
    private static final int RENEWED_IN_THE_LAST = 3;

    /** So long from then on. */
    public static Lifetime of(Instant from, Duration length) {
        return new Lifetime(from, from.plus(length));
    }

    /** Whether no more than a third of it is left: time enough to try again, and for people to notice. */
    public boolean isDue(Instant now) {
        return !now.plus(Duration.between(from, until).dividedBy(RENEWED_IN_THE_LAST))
                .isBefore(until);
    }

    /** Whether it has not begun, or is over. */
    public boolean isOutside(Instant now) {
        return now.isBefore(from) || isOver(now);
    }

    /** Whether it is over. */
    public boolean isOver(Instant now) {
        return !now.isBefore(until);
    }
}
