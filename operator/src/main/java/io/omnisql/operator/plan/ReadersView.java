package io.omnisql.operator.plan;

import org.jspecify.annotations.Nullable;

/**
 * The read replicas that were seen.
 *
 * @param wanted by the spec
 * @param podSet null when their StatefulSet is not there
 */
public record ReadersView(int wanted, @Nullable PodSet podSet) {
    /**
     * Their StatefulSet.
     *
     * @param kept pods that it shall keep
     * @param settled its controller has seen what it shall do, so that the other figures can be trusted
     * @param pods that there are, those that end included
     * @param ready of these
     * @param updated pods of the newest template
     */
    public record PodSet(int kept, boolean settled, int pods, int ready, int updated) {}

    /** Pods that there are. */
    public int pods() {
        return podSet == null ? 0 : podSet.pods();
    }

    /** Pods that are ready. */
    public int ready() {
        return podSet == null ? 0 : podSet.ready();
    }

    /** Whether no pod is there, and none will come. */
    boolean areGone() {
        return podSet == null || (podSet.settled() && podSet.kept() == 0 && podSet.pods() == 0);
    }

    /** Whether every pod is of the newest template. */
    boolean areUpToDate() {
        return podSet != null && podSet.settled() && podSet.updated() == podSet.kept();
    }
}
