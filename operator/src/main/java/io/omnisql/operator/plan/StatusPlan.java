package io.omnisql.operator.plan;

import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.MemberStatus;
import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What users read: a pure function of the look and of the step that was decided on. The same look gives the same status, to the letter. */
public final class StatusPlan {
    private StatusPlan() {}

    /** The status; equal to the previous one when nothing that matters changed. */
    public static OmniSqlClusterStatus of(ClusterView view, Action action, Occasion occasion) {
        var voters = view.voters();
        var previous = occasion.previous();
        int ready = voters.map(known -> known.healthy().size()).orElse(0);
        int count = voters.map(Voters::count).orElseGet(() -> previous.replicas() == null ? 0 : previous.replicas());
        return new OmniSqlClusterStatus(
                occasion.generation(),
                phase(view, action, ready),
                ready + "/" + view.wanted().replicas(),
                count,
                ready,
                occasion.selector(),
                version(view),
                view.clusterUid().orElse(previous.clusterUid()),
                leaderPod(voters),
                voters.map(known -> known.configuration().id()).orElse(previous.configurationId()),
                voters.map(known -> known.configuration().nextMemberId()).orElse(previous.nextMemberId()),
                members(view),
                null,
                action instanceof Action.Idle ? null : action.why(),
                occasion.connection(),
                RecoveryRecord.after(view),
                Conditions.of(view, action, occasion));
    }

    private static @Nullable String leaderPod(Optional<Voters> voters) {
        return voters.flatMap(known -> known.leader().flatMap(known::podOf))
                .map(PodView::name)
                .orElse(null);
    }

    private static @Nullable String version(ClusterView view) {
        var versions = view.pods().stream()
                .flatMap(pod -> Optional.ofNullable(pod.answer()).stream())
                .map(MemberAnswer::version)
                .distinct()
                .toList();
        return versions.isEmpty() ? null : versions.size() == 1 ? versions.getFirst() : "mixed";
    }

    private static List<MemberStatus> members(ClusterView view) {
        return view.pods().stream().map(pod -> member(view, pod)).toList();
    }

    private static MemberStatus member(ClusterView view, PodView pod) {
        var answer = pod.answer();
        if (answer == null) {
            return new MemberStatus(
                    pod.ordinal(), pod.name(), null, null, "Unknown", null, null, !view.isOutdated(pod));
        }
        return new MemberStatus(
                pod.ordinal(),
                pod.name(),
                answer.memberId(),
                role(view, pod, answer),
                view.isFormer(pod) ? "Former" : state(answer.state()),
                answer.caughtUp(),
                answer.version(),
                !view.isOutdated(pod));
    }

    private static @Nullable String role(ClusterView view, PodView pod, MemberAnswer answer) {
        if (answer.state() != State.VOTING || view.isFormer(pod)) {
            return null;
        }
        boolean leads = view.voters()
                .flatMap(Voters::leader)
                .filter(leader -> Objects.equals(leader.memberId(), answer.memberId()))
                .filter(leader -> leader.ordinal() == pod.ordinal())
                .isPresent();
        return leads ? "Leader" : "Follower";
    }

    private static String state(State state) {
        return switch (state) {
            case JOINING -> "Joining";
            case LEARNER -> "Learner";
            case VOTING -> "Voting";
            case RETIRED -> "Retired";
        };
    }

    private static String phase(ClusterView view, Action action, int ready) {
        if (view.wanted().paused()) {
            return "Paused";
        }
        if (view.wanted().hibernate() && PodCountPlan.replicas(view) == 0) {
            return "Hibernated";
        }
        if (view.voters().isEmpty()) {
            return view.initialized() ? "Unavailable" : "Founding";
        }
        if (ready < view.voters().get().configuration().majority()) {
            return "Unavailable";
        }
        return switch (action) {
            case Action.Idle idle -> ready < view.wanted().replicas() ? "Degraded" : "Running";
            case Await await -> waiting(view, await);
            case Action.KeepPods pods -> "Scaling";
            case Action.Join join -> "Scaling";
            case Action.Reconfigure change -> "Scaling";
            case Action.HandOver handOver -> "HandingOver";
            case Action.DeletePod pod -> "RollingOut";
            case Action.ChooseSurvivor choice -> "Recovering";
            case Action.Recover recover -> "Recovering";
            case Action.Retire retire -> "Repairing";
            case Action.DeleteClaim claim -> "Repairing";
            case Action.GrowClaim claim -> "Resizing";
            case Action.RenewPodSet renew -> "Resizing";
        };
    }

    private static String waiting(ClusterView view, Await await) {
        return switch (await.subject()) {
            case CERTIFICATE -> "AwaitingCertificate";
            case FOUNDING -> "Founding";
            case PODS -> view.pods().stream().anyMatch(view::isOutdated) ? "RollingOut" : "Scaling";
            case CATCHING_UP -> "Scaling";
            case QUORUM -> "Degraded";
        };
    }
}
