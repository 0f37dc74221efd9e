package io.omnisql.node.replica;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Proposals that wait while this node's log writes what came before them, so that they share one fsync, one message to each peer and
 * one transaction of each applier. Without it a busy node takes a step for nearly every proposal, and its cores are the limit long
 * before its disk is. A slow disk holds nobody up for longer than {@link #HOLD_MAX}: its peers may be faster. Only in a turn.
 */
final class HeldProposals {
    static final Duration HOLD_MAX = Duration.ofMillis(1);

    private static final int HELD_MAX = 1_024;

    private final ArrayDeque<Letter> held = new ArrayDeque<>();
    private long releaseAtNanos;

    /** Keeps a proposal if the log is busy and there is room; false when the letter is to be opened now. */
    boolean hold(Letter letter, boolean isLogBusy, long nowNanos) {
        if (!isLogBusy || held.size() >= HELD_MAX || !letter.isProposal()) {
            return false;
        }
        if (held.isEmpty()) {
            releaseAtNanos = nowNanos + HOLD_MAX.toNanos();
        }
        held.add(letter);
        return true;
    }

    /** Opens what waits if the log is idle or the time is up. */
    void release(boolean isLogBusy, long nowNanos, Consumer<Letter> open) {
        if (held.isEmpty() || (isLogBusy && nowNanos - releaseAtNanos < 0 && held.size() < HELD_MAX)) {
            return;
        }
        while (!held.isEmpty()) {
            open.accept(held.remove());
        }
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** How long to sleep at most, in nanoseconds, when {@code nanos} were the choice of others. */
    long untilRelease(long nanos, long nowNanos) {
        return held.isEmpty() ? nanos : Math.min(nanos, releaseAtNanos - nowNanos);
    }
}
