package io.omnisql.node.membership;

import java.time.Duration;

/**
 * Whether a node keeps up with its group. A small lag alone says little: a node that has received nothing at all of a young cluster's
 * log lags little, too. So it must have executed, and not long ago, all that was known to be decided at one moment. Thread-safe.
 */
final class KeepingUp {
    /** About a second of the most writes. A learner fetches what is new in turns, so it lags by what comes in one, however well it follows. */
    private static final long LAG_MAX = 10_000;

    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private boolean hasGoal;
    private long goalIndex;
    private long goalNanos;
    private boolean reached;
    private long reachedNanos;

    /** This much is known to be decided now, that much is executed. To be called again and again. */
    synchronized void observe(long knownIndex, long appliedIndex, long nowNanos) {
        if (hasGoal && appliedIndex >= goalIndex) {
            hasGoal = false;
            reached = true;
            reachedNanos = goalNanos;
        }
        if (appliedIndex >= knownIndex) {
            hasGoal = false;
            reached = true;
            reachedNanos = nowNanos;
        } else if (!hasGoal) {
            hasGoal = true;
            goalIndex = knownIndex;
            goalNanos = nowNanos;
        }
    }

    /** Whether hardly anything is missing, and it was shown a moment ago that what is missing comes. */
    synchronized boolean isCaughtUp(long knownIndex, long appliedIndex, long nowNanos) {
        observe(knownIndex, appliedIndex, nowNanos);
        long lag = knownIndex - appliedIndex;
        boolean hasBegun = appliedIndex > 0 || lag <= 0;
        return hasBegun && lag <= LAG_MAX && reached && nowNanos - reachedNanos <= FRESH_NANOS;
    }
}
