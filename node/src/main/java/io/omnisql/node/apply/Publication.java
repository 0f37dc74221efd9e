package io.omnisql.node.apply;

import io.omnisql.node.replica.AppliedIndex;

/**
 * What the rest of the node knows of the applied index. When PostgreSQL dies it may lose its last commits, so the index that readers go by
 * moves back at once, before PostgreSQL can be read again. Thread-safe.
 */
final class Publication {
    private final AppliedIndex appliedIndex;
    private long generation;
    private long durable;

    Publication(AppliedIndex appliedIndex) {
        this.appliedIndex = appliedIndex;
    }

    /** Counts PostgreSQL's lives: what belongs to an earlier one is not published any more. */
    synchronized long generation() {
        return generation;
    }

    /** PostgreSQL died: only what was flushed is sure. */
    synchronized void died() {
        generation++;
        appliedIndex.retreat(durable);
    }

    /** The ledger was read anew; false when PostgreSQL died since. */
    synchronized boolean restarted(long lifeGeneration, long applied) {
        if (generation != lifeGeneration) {
            return false;
        }
        appliedIndex.retreat(applied);
        appliedIndex.advance(applied);
        return true;
    }

    /** A transaction was committed; false when PostgreSQL died since. */
    synchronized boolean applied(long lifeGeneration, long applied) {
        if (generation != lifeGeneration) {
            return false;
        }
        appliedIndex.advance(applied);
        return true;
    }

    /** The transactions up to here were flushed. */
    synchronized void flushed(long lifeGeneration, long applied) {
        if (generation == lifeGeneration) {
            durable = Math.max(durable, applied);
        }
    }

    synchronized long durable() {
        return durable;
    }

    long applied() {
        return appliedIndex.get();
    }
}
