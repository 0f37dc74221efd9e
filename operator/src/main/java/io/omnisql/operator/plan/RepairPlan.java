package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.DeleteClaim;
import io.omnisql.operator.plan.Action.DeletePod;
import io.omnisql.operator.plan.Action.Reconfigure;
import io.omnisql.operator.plan.Action.Retire;
import io.omnisql.operator.plan.Action.Subject;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is broken: pods that never ran, volumes that are gone, members that lost their disk. */
final class RepairPlan {
    private RepairPlan() {}

    /** Nodes of two clusters under one name: nobody but a person can tell which one is meant. */
    static Optional<Action> strangers(ClusterView view) {
        long clusters = view.pods().stream()
                .filter(pod -> !view.isFormer(pod))
                .flatMap(pod -> Optional.ofNullable(pod.answer()).stream())
                .flatMap(answer -> Optional.ofNullable(answer.clusterUid()).stream())
                .distinct()
                .count();
        return clusters <= 1
                ? Optional.empty()
                : Optional.of(new Await(Subject.QUORUM, "volumes hold nodes of several clusters; nothing is touched"));
    }

    /** A pod of an older template that is not ready is made anew first: a broken template must never need a person to get rid of. */
    static Optional<Action> pods(ClusterView view) {
        return view.pods().stream()
                .filter(pod -> view.isOutdated(pod) && !pod.ready() && !pod.terminating())
                .filter(pod -> costsNoQuorum(view, pod))
                .max(Comparator.comparingInt(PodView::ordinal))
                .map(pod -> new DeletePod(pod, false, pod.name() + " is not ready and of an older template"));
    }

    private static boolean costsNoQuorum(ClusterView view, PodView pod) {
        if (pod.answer() == null) {
            return true;
        }
        return view.voters()
                .flatMap(voters -> voters.at(pod.ordinal()).map(member -> voters.standWithout(member)))
                .orElse(true);
    }

    /** Volumes that are gone or cannot be reached by any machine; the others must be a quorum without them. */
    static Optional<Action> volumes(ClusterView view) {
        if (!view.wanted().autoReplace()) {
            return Optional.empty();
        }
        return view.claims().stream()
                .filter(claim -> claim.ordinal() < PodCountPlan.replicas(view))
                .flatMap(claim -> volume(view, claim).stream())
                .findFirst();
    }

    private static Optional<Action> volume(ClusterView view, ClaimView claim) {
        boolean stuck =
                view.pod(claim.ordinal()).filter(found -> isStuck(view, found)).isPresent();
        // One that was made lately is not why its pod was not placed: Kubernetes makes another claim in the place of
        // one that was given up.
        boolean given =
                claim.lost() || (stuck && view.isOlderThan(claim, view.wanted().replaceAfter()));
        if ((!claim.terminating() && !given) || !othersStand(view, claim.ordinal())) {
            return Optional.empty();
        }
        if (!claim.terminating()) {
            return Optional.of(
                    new DeleteClaim(claim, "volume %s is gone or cannot be reached".formatted(claim.name())));
        }
        return release(view, claim);
    }

    /** The pod that keeps a deleted volume from going; by force, if it has not ended on a machine that may be gone. */
    static Optional<Action> release(ClusterView view, ClaimView claim) {
        return view.pod(claim.ordinal())
                .filter(found -> !found.terminating()
                        || (isStuck(view, found) && view.wanted().autoReplace()))
                .map(found ->
                        new DeletePod(found, found.terminating(), found.name() + " holds a volume that was deleted"));
    }

    private static boolean isStuck(ClusterView view, PodView pod) {
        return pod.answer() == null
                && !pod.ready()
                && (!pod.placed() || pod.terminating())
                && view.isOlderThan(pod, view.wanted().replaceAfter());
    }

    private static boolean othersStand(ClusterView view, int ordinal) {
        return view.voters()
                .map(voters -> voters.at(ordinal).map(voters::standWithout).orElse(true))
                .orElse(false);
    }

    /** A voter in whose place a node with another disk runs is replaced by it, one at a time; the number of voters stays. */
    static Optional<Action> replacement(ClusterView view) {
        if (!view.wanted().autoReplace() || view.voters().isEmpty()) {
            return Optional.empty();
        }
        var voters = view.voters().get();
        for (Member member : voters.configuration().members()) {
            var pod = view.pod(member.ordinal())
                    .filter(found -> !found.terminating() && isSomebodyElse(voters, member, found));
            if (pod.isPresent()) {
                return Optional.of(replace(voters, member, pod.get()));
            }
        }
        return Optional.empty();
    }

    private static boolean isSomebodyElse(Voters voters, Member member, PodView pod) {
        return pod.answer() != null
                && !pod.is(State.VOTING)
                && voters.podOf(member).isEmpty();
    }

    private static Action replace(Voters voters, Member lost, PodView pod) {
        if (!voters.standWithout(lost)) {
            return new Await(Subject.QUORUM, pod.name() + " lost its disk, and the others are no quorum");
        }
        return Newcomers.bring(voters, pod).orElseGet(() -> exchange(voters, lost, pod));
    }

    private static Action exchange(Voters voters, Member lost, PodView pod) {
        List<Member> members = new ArrayList<>(voters.configuration().members());
        members.remove(lost);
        members.add(Newcomers.asMember(pod));
        return voters.spokesman()
                .<Action>map(via -> new Reconfigure(
                        via,
                        voters.configuration().id(),
                        members,
                        pod.name() + " takes the place of the member it was"))
                .orElseGet(() -> new Await(Subject.QUORUM, "no healthy member to ask"));
    }

    /** A voter that is not well for a while comes back by itself: Kubernetes starts its containers again. */
    static Optional<Action> patience(ClusterView view) {
        return view.voters()
                .flatMap(voters -> voters.configuration().members().stream()
                        .filter(member -> !voters.isHealthy(member))
                        .findFirst())
                .map(member -> new Await(Subject.QUORUM, "pod %d is not well".formatted(member.ordinal())));
    }

    /** Makes a node empty again whose membership is over. */
    static Action retire(PodView pod) {
        return new Retire(pod, pod.name() + " is no member any more and starts anew");
    }
}
