package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.KeepPods;
import io.omnisql.operator.plan.Action.Subject;
import java.util.Optional;

/** How many pods there shall be. A pod never goes before its member has left, and never comes back because one was lost for a moment. */
final class PodCountPlan {
    private PodCountPlan() {}

    static Optional<Action> podSetExists(ClusterView view) {
        if (view.podSet() != null) {
            return Optional.empty();
        }
        int running = view.pods().stream().mapToInt(PodView::ordinal).max().orElse(-1) + 1;
        int pods = running > 0
                ? Math.max(running, view.lastVoters())
                : view.wanted().hibernate() ? 0 : atStart(view);
        return Optional.of(new KeepPods(pods, "the pods' StatefulSet is made"));
    }

    /** Volumes of a cluster from before may belong to more voters than are wanted now: all must come, before some can leave. */
    private static int atStart(ClusterView view) {
        return Math.max(view.wanted().replicas(), view.lastVoters());
    }

    static Optional<Action> hibernation(ClusterView view) {
        int replicas = replicas(view);
        if (view.wanted().hibernate()) {
            return replicas == 0
                    ? Optional.of(new Action.Idle("hibernating"))
                    : Optional.of(new KeepPods(0, "the cluster hibernates"));
        }
        return replicas == 0 ? Optional.of(new KeepPods(atStart(view), "the cluster wakes up")) : Optional.empty();
    }

    static Optional<Action> everyVoterHasAPod(ClusterView view) {
        return view.voters()
                .map(voters -> voters.configuration().highestOrdinal() + 1)
                .filter(needed -> replicas(view) < needed)
                .map(needed -> new KeepPods(needed, "voters without a pod get theirs back"));
    }

    /** Pods of nodes that are no voters and shall not be: the highest goes first, one at a time. */
    static Optional<Action> surplus(ClusterView view) {
        int replicas = replicas(view);
        int kept = kept(view);
        if (replicas <= kept || view.voters().isEmpty()) {
            return Optional.empty();
        }
        if (view.pods().stream().anyMatch(PodView::terminating)) {
            return Optional.of(new Await(Subject.PODS, "a pod that is not needed any more ends"));
        }
        // Who left serves those that have not heard yet of the configuration without him.
        if (!view.voters().get().haveArrived()) {
            return Optional.of(new Await(Subject.QUORUM, "members go over to the newest configuration"));
        }
        return Optional.of(new KeepPods(replicas - 1, "pod %d is not needed any more".formatted(replicas - 1)));
    }

    /** Ordinals below this one are voters' or shall be. */
    static int kept(ClusterView view) {
        int voters = view.voters()
                .map(known -> known.configuration().highestOrdinal() + 1)
                .orElse(0);
        return Math.max(view.wanted().replicas(), voters);
    }

    static int replicas(ClusterView view) {
        return view.podSet() == null ? 0 : view.podSet().replicas();
    }
}
