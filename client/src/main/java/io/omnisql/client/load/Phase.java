package io.omnisql.client.load;

import java.time.Duration;

/**
 * A stretch of a load profile.
 *
 * @param requestsPerSecond intended starts, evenly spread, whether or not the database keeps up; 0 means closed-loop: every
 *     connection sends its next request as soon as it has the answer to the last
 * @param readRatio share of reads, 0 to 1
 */
public record Phase(Duration duration, double requestsPerSecond, double readRatio) {
    static final double REQUESTS_PER_SECOND_MAX = 1_000_000;

    /** Whether the rate follows from the answers, not from a clock. */
    public boolean isClosedLoop() {
        return requestsPerSecond == 0;
    }

    /** How many requests an open-loop phase intends: request i starts at i / rate, before the phase's end. */
    long intendedRequests() {
        return (long) Math.ceil(duration.toNanos() / 1e9 * requestsPerSecond - 1e-9);
    }

    /** When request {@code number} is to start, in nanoseconds from the phase's start. */
    long offsetNanos(long number) {
        return Math.round(number * 1e9 / requestsPerSecond);
    }
}
