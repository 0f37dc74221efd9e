package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.HandOver;
import io.omnisql.operator.plan.Action.KeepPods;
import io.omnisql.operator.plan.Action.Reconfigure;
import io.omnisql.operator.plan.Action.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** From the voters that are to the voters that are wanted, in one change of configuration, once every newcomer has caught up. */
final class MembershipPlan {
    private MembershipPlan() {}

    static Optional<Action> next(ClusterView view) {
        return view.voters().flatMap(voters -> toTarget(view, voters));
    }

    private static Optional<Action> toTarget(ClusterView view, Voters voters) {
        int wanted = target(view, voters);
        var newcomers = IntStream.range(0, wanted)
                .filter(ordinal -> voters.at(ordinal).isEmpty())
                .boxed()
                .toList();
        var staying = voters.configuration().members().stream()
                .filter(member -> member.ordinal() < wanted)
                .toList();
        if (newcomers.isEmpty() && staying.size() == voters.count()) {
            return Optional.empty();
        }
        if (!staying.stream().allMatch(voters::isHealthy) || !voters.agree()) {
            return Optional.of(new Await(Subject.QUORUM, "a member that shall stay is not well"));
        }
        if (PodCountPlan.replicas(view) < wanted) {
            return Optional.of(new KeepPods(wanted, "pods for new members"));
        }
        return Optional.of(bringAll(view, voters, newcomers)
                .or(() -> leadStays(view, voters, staying))
                .orElseGet(() -> change(view, voters, staying, newcomers)));
    }

    /**
     * How many pods from the lowest on shall vote. A voter that shall leave and has the only copy stays until others have one, too: after a
     * recovery it may be in any pod.
     */
    private static int target(ClusterView view, Voters voters) {
        int wanted = view.wanted().replicas();
        int lowest = voters.configuration().members().stream()
                .mapToInt(Member::ordinal)
                .min()
                .orElse(0);
        return lowest < wanted ? wanted : lowest + 1 + lowest % 2;
    }

    /** All of them at the same time: who only waits lets the others go on. */
    private static Optional<Action> bringAll(ClusterView view, Voters voters, List<Integer> newcomers) {
        Optional<Action> waiting = Optional.empty();
        for (int ordinal : newcomers) {
            var need = view.pod(ordinal)
                    .map(pod -> Newcomers.bring(voters, pod))
                    .orElseGet(
                            () -> Optional.of(new Await(Subject.PODS, "pod %d does not exist yet".formatted(ordinal))));
            if (need.isPresent() && !(need.get() instanceof Await)) {
                return need;
            }
            waiting = waiting.or(() -> need);
        }
        return waiting;
    }

    private static Optional<Action> leadStays(ClusterView view, Voters voters, List<Member> staying) {
        var leader = voters.leader();
        if (leader.isEmpty() || staying.contains(leader.get()) || !view.mayHandOver()) {
            return Optional.empty();
        }
        return voters.mostAdvanced(staying)
                .flatMap(heir -> voters.podOf(leader.get())
                        .map(via -> new HandOver(via, heir.memberId(), "the leader is about to leave")));
    }

    private static Action change(ClusterView view, Voters voters, List<Member> staying, List<Integer> newcomers) {
        List<Member> members = new ArrayList<>(staying);
        newcomers.forEach(ordinal -> view.pod(ordinal).map(Newcomers::asMember).ifPresent(members::add));
        return voters.spokesman()
                .<Action>map(via -> new Reconfigure(
                        via,
                        voters.configuration().id(),
                        members,
                        "from %d voters to %d".formatted(voters.count(), members.size())))
                .orElseGet(() -> new Await(Subject.QUORUM, "no healthy member to ask"));
    }
}
