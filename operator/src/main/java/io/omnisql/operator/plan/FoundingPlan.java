package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.DeletePod;
import io.omnisql.operator.plan.Action.KeepPods;
import io.omnisql.operator.plan.Action.Subject;
import java.util.Optional;

/** Before any node knows a configuration. The nodes found the cluster by themselves, all of them or none; here they are only brought together. */
final class FoundingPlan {
    private FoundingPlan() {}

    static Optional<Action> next(ClusterView view) {
        if (view.voters().isPresent()) {
            return Optional.empty();
        }
        if (view.initialized()) {
            return RepairPlan.pods(view)
                    .or(() -> Optional.of(new Await(Subject.QUORUM, "no member answers; no disk is touched")));
        }
        // Settings of the founding can be corrected as long as it did not happen: they are a part of the template.
        if (PodCountPlan.replicas(view) != view.wanted().replicas()) {
            return Optional.of(new KeepPods(view.wanted().replicas(), "as many pods as shall found the cluster"));
        }
        return view.pods().stream()
                .filter(pod -> view.isOutdated(pod) && !pod.terminating() && isEmpty(pod))
                .findFirst()
                .<Action>map(pod -> new DeletePod(pod, false, pod.name() + " gets the settings of the founding"))
                .or(() -> Optional.of(new Await(Subject.FOUNDING, "all nodes must be there to found the cluster")));
    }

    private static boolean isEmpty(PodView pod) {
        var answer = pod.answer();
        return answer == null ? !pod.ready() : !answer.founded();
    }
}
