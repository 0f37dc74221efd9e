package io.omnisql.node.admin;

import org.jspecify.annotations.Nullable;

/**
 * Whether a node that was started has executed about as much as was decided, to its knowledge, when it was first asked. Once it
 * has, that stays: a node that falls behind later still answers truthfully at every read level.
 */
final class CaughtUp {
    static final long LAG_MAX = 10_000;

    private @Nullable Long goal;
    private boolean reached;

    synchronized boolean isReached(long decidedIndex, long appliedIndex) {
        if (goal == null) {
            goal = decidedIndex;
        }
        reached |= appliedIndex >= goal - LAG_MAX;
        return reached;
    }
}
