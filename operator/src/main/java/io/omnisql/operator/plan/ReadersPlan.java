package io.omnisql.operator.plan;

import java.util.Optional;

/** How many read replicas there shall be. No quorum hangs on them, so nothing waits for them; they wait for the founding only. */
public final class ReadersPlan {
    private ReadersPlan() {}

    /**
     * Pods that their StatefulSet shall keep; empty when it shall not exist. It goes only when it has no pods any more: its controller takes
     * the volumes of pods that it ends itself.
     */
    public static Optional<Integer> pods(ClusterView view, ReadersView readers) {
        if (readers.wanted() == 0 && readers.areGone()) {
            return Optional.empty();
        }
        boolean founded = view.initialized() || view.voters().isPresent();
        return Optional.of(founded && !view.wanted().hibernate() ? readers.wanted() : 0);
    }
}
