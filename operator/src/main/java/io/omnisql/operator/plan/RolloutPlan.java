package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.DeletePod;
import io.omnisql.operator.plan.Action.HandOver;
import io.omnisql.operator.plan.Action.Subject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Pods of an older template are made anew, one at a time and only while the others are a quorum: nodes without a vote, then followers, the
 * leader last and after it handed over. A new pod that does not become well stops it all.
 */
final class RolloutPlan {
    private RolloutPlan() {}

    static Optional<Action> next(ClusterView view) {
        if (view.podSet() != null && !view.podSet().settled()) {
            return Optional.of(
                    new Await(Subject.PODS, "the StatefulSet's controller has not seen the newest template"));
        }
        var outdated = view.pods().stream().filter(view::isOutdated).toList();
        if (outdated.isEmpty() || view.voters().isEmpty()) {
            return Optional.empty();
        }
        if (view.pods().stream().anyMatch(PodView::terminating)) {
            return Optional.of(new Await(Subject.PODS, "a pod comes from the newest template"));
        }
        return Optional.of(step(view, view.voters().get(), outdated));
    }

    private static Action step(ClusterView view, Voters voters, List<PodView> outdated) {
        var unfinished = voters.configuration().members().stream()
                .filter(member -> !voters.isHealthy(member))
                .filter(member ->
                        view.pod(member.ordinal()).filter(view::isOutdated).isEmpty())
                .findFirst();
        if (unfinished.isPresent()) {
            return new Await(
                    Subject.PODS,
                    "pod %d of the newest template is not well yet"
                            .formatted(unfinished.get().ordinal()));
        }
        var withoutVote = outdated.stream()
                .filter(pod -> voters.at(pod.ordinal()).isEmpty())
                .findFirst();
        if (withoutVote.isPresent()) {
            return renew(withoutVote.get());
        }
        return voters.leader()
                .map(leader -> voter(view, voters, outdated, leader))
                .orElseGet(() -> new Await(Subject.QUORUM, "no leader is known"));
    }

    private static Action voter(ClusterView view, Voters voters, List<PodView> outdated, Member leader) {
        var follower = outdated.stream()
                .filter(pod -> pod.ordinal() != leader.ordinal())
                .max(Comparator.comparingInt(PodView::ordinal));
        if (follower.isPresent()) {
            return disrupt(voters, follower.get());
        }
        var last = outdated.getFirst();
        if (voters.count() > 1 && view.mayHandOver() && voters.standWithout(leader)) {
            var others = voters.configuration().members().stream()
                    .filter(member -> !member.equals(leader))
                    .toList();
            return voters.mostAdvanced(others)
                    .<Action>map(
                            heir -> new HandOver(last, heir.memberId(), "the leader's pod is the last to be made anew"))
                    .orElseGet(() -> disrupt(voters, last));
        }
        return disrupt(voters, last);
    }

    /** A single voter has nobody to stand for it: the spec wants the change, so it is made. */
    private static Action disrupt(Voters voters, PodView pod) {
        boolean stand = voters.count() == 1
                || voters.at(pod.ordinal()).map(voters::standWithout).orElse(true);
        return stand ? renew(pod) : new Await(Subject.QUORUM, "the others are no quorum without " + pod.name());
    }

    private static Action renew(PodView pod) {
        return new DeletePod(pod, false, pod.name() + " is made anew from the newest template");
    }
}
