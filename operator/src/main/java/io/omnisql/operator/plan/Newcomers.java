package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.Join;
import io.omnisql.operator.plan.Action.Subject;
import java.util.Objects;
import java.util.Optional;

/** The way of a node from an empty disk to a learner that has caught up. */
final class Newcomers {
    private Newcomers() {}

    /** What the node needs next; nothing when it has caught up and may get its vote. */
    static Optional<Action> bring(Voters voters, PodView pod) {
        var answer = pod.answer();
        if (answer == null || pod.terminating() || voters.view().isFormer(pod)) {
            return Optional.of(new Await(Subject.PODS, pod.name() + " does not answer yet"));
        }
        return switch (answer.state()) {
            case JOINING -> Optional.of(join(voters, pod));
            case LEARNER -> learn(voters, pod, answer);
            case RETIRED -> Optional.of(RepairPlan.retire(pod));
            case VOTING -> Optional.of(new Await(Subject.QUORUM, pod.name() + " votes in an older configuration"));
        };
    }

    private static Action join(Voters voters, PodView pod) {
        var uid = voters.view().clusterUid();
        if (uid.isEmpty() || !voters.agree()) {
            return new Await(Subject.QUORUM, "no quorum of members to join");
        }
        var addresses = voters.healthy().stream().map(Member::address).toList();
        return new Join(pod, uid.get(), freeMemberId(voters), addresses, pod.name() + " joins as a learner");
    }

    /** An id that no voter ever had and no learner has. */
    private static long freeMemberId(Voters voters) {
        long id = voters.configuration().nextMemberId();
        while (isTaken(voters, id)) {
            id++;
        }
        return id;
    }

    private static boolean isTaken(Voters voters, long id) {
        return voters.view().pods().stream()
                .anyMatch(pod ->
                        pod.answer() != null && Objects.equals(pod.answer().memberId(), id));
    }

    private static Optional<Action> learn(Voters voters, PodView pod, MemberAnswer answer) {
        var id = answer.memberId();
        if (id == null || id < voters.configuration().nextMemberId() || hasTwin(voters, pod, id)) {
            return Optional.of(RepairPlan.retire(pod)); // It learned for a configuration that went another way.
        }
        return answer.caughtUp()
                ? Optional.empty()
                : Optional.of(new Await(Subject.CATCHING_UP, pod.name() + " catches up without a vote"));
    }

    /** Whether a node before it has the same id: it was given away twice, because its first bearer did not answer for a while. */
    private static boolean hasTwin(Voters voters, PodView pod, long id) {
        return voters.view().pods().stream()
                .filter(other -> other.ordinal() < pod.ordinal())
                .anyMatch(other ->
                        other.answer() != null && Objects.equals(other.answer().memberId(), id));
    }

    /** The learner as a voter. */
    static Member asMember(PodView pod) {
        var answer = Objects.requireNonNull(pod.answer());
        return new Member(Objects.requireNonNull(answer.memberId()), answer.incarnation(), answer.address(), 0);
    }
}
