package io.omnisql.node.gateway;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether this node was removed from its cluster: it may follow the log until it is stopped, but is no member that brings
 * requests into it, so nobody shall wait here until a deadline. Thread-safe.
 */
final class Removal {
    /** What was decided just before may still arrive. */
    private static final long GRACE_NANOS = Duration.ofSeconds(2).toNanos();

    private static final SqlError REMOVED = SqlError.withHint(
            "57P03", "this node was removed from the cluster; nothing was done", "Connect to another node.");

    private volatile boolean removed;
    private volatile long overNanos;

    void begin(long nowNanos) {
        overNanos = nowNanos + GRACE_NANOS;
        removed = true;
    }

    /** It was removed in an earlier life: nothing that was decided before is waited for. */
    void beganLongAgo(long nowNanos) {
        overNanos = nowNanos;
        removed = true;
    }

    /** Why nothing can be brought into the log any more; nothing when it can. */
    Optional<SqlError> refusal(long nowNanos) {
        return removed && nowNanos - overNanos >= 0 ? Optional.of(REMOVED) : Optional.empty();
    }

    /** Whether a request with this deadline must be given up. */
    boolean isLate(long deadlineNanos, long nowNanos) {
        return nowNanos - deadlineNanos >= 0 || (removed && nowNanos - overNanos >= 0);
    }

    /** Why a request that had no effect was given up. */
    SqlError reason(SqlError otherwise) {
        return removed ? REMOVED : otherwise;
    }
}
