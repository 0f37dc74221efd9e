package io.omnisql.omnipaxos.simulation;

import org.jspecify.annotations.Nullable;

/**
 * One call of a client on one key, as the client saw it. An operation that certainly had no effect (refused, rolled back) does
 * not belong into a history; one whose effect is not known is {@link #unknown}.
 *
 * <p>An operation comes before another one when it completed strictly before the other was invoked; else they are concurrent.
 * The unit of time is the caller's, only the order counts.
 *
 * @param process who called, for explanations only
 * @param key the register; registers are independent of each other
 * @param completedAt when the answer was seen, or {@link #UNKNOWN}
 */
public record Operation(long process, String key, Action action, long invokedAt, long completedAt) {
    /** Completion time of an operation that may take effect at any later time, or never. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    public Operation {
        if (completedAt < invokedAt) {
            throw new IllegalArgumentException("Completed at " + completedAt + ", before it was invoked: " + invokedAt);
        }
    }

    /** An operation whose answer never came. */
    public static Operation unknown(long process, String key, Action action, long invokedAt) {
        return new Operation(process, key, action, invokedAt, UNKNOWN);
    }

    /** Whether the client knows that it took effect. */
    public boolean isCompleted() {
        return completedAt != UNKNOWN;
    }

    /** The same operation with its answer forgotten: a weaker claim. */
    Operation forgotten() {
        return unknown(process, key, action, invokedAt);
    }

    /** What was called, and what it answered. A null value is that of an absent key, with which every register starts. */
    public sealed interface Action {}

    /** Answered {@code value}. */
    public record Read(@Nullable String value) implements Action {}

    /** Sets the value. */
    public record Write(@Nullable String value) implements Action {}

    /** Sets {@code update} if the value was {@code expected}; answered whether it was ({@code succeeded}). */
    public record CompareAndSet(
            @Nullable String expected, @Nullable String update, boolean succeeded) implements Action {}
}
