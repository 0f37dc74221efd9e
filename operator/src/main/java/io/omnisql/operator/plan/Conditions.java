package io.omnisql.operator.plan;

import static io.omnisql.operator.api.Condition.FALSE;
import static io.omnisql.operator.api.Condition.TRUE;

import io.omnisql.operator.api.Condition;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The aspects of a cluster, each with the time of its last change. */
final class Conditions {
    private Conditions() {}

    static List<Condition> of(ClusterView view, Action action, Occasion occasion) {
        var always = List.of(
                initialized(view, occasion),
                available(view, occasion),
                quorumSafe(view, occasion),
                progressing(view, action, occasion),
                degraded(view, occasion),
                certificatesValid(view.certificates(), occasion),
                dated(occasion, Condition.RECONCILED, TRUE, "Reconciled", "the operator could do its work"),
                ready(view, action, occasion));
        return Stream.concat(always.stream(), RecoveryPlan.condition(view, occasion).stream())
                .toList();
    }

    private static Condition initialized(ClusterView view, Occasion occasion) {
        boolean founded = view.initialized() || view.voters().isPresent();
        return founded
                ? dated(occasion, Condition.INITIALIZED, TRUE, "Founded", "the members have founded the cluster")
                : dated(
                        occasion,
                        Condition.INITIALIZED,
                        FALSE,
                        "Founding",
                        "the nodes have not founded the cluster yet");
    }

    private static Condition available(ClusterView view, Occasion occasion) {
        if (view.voters().flatMap(Voters::leader).isPresent()) {
            return dated(occasion, Condition.AVAILABLE, TRUE, "LeaderKnown", "a quorum of voters has a leader");
        }
        if (view.wanted().hibernate()) {
            return dated(occasion, Condition.AVAILABLE, FALSE, "Hibernating", "no node runs");
        }
        String reason = view.initialized() || view.voters().isPresent() ? "NoLeader" : "Founding";
        return dated(occasion, Condition.AVAILABLE, FALSE, reason, "no quorum of voters answers and has a leader");
    }

    private static Condition quorumSafe(ClusterView view, Occasion occasion) {
        var voters = view.voters();
        if (voters.isEmpty()) {
            return dated(occasion, Condition.QUORUM_SAFE, FALSE, "NoVoters", "no voters are known");
        }
        if (voters.get().count() == 1) {
            return dated(occasion, Condition.QUORUM_SAFE, FALSE, "SingleVoter", "one voter tolerates no failure");
        }
        return voters.get().healthy().size() > voters.get().configuration().majority()
                ? dated(occasion, Condition.QUORUM_SAFE, TRUE, "QuorumSafe", "any one voter may be stopped")
                : dated(occasion, Condition.QUORUM_SAFE, FALSE, "NoSpareVoter", "no voter may be stopped now");
    }

    private static Condition progressing(ClusterView view, Action action, Occasion occasion) {
        var stuck = stuckPod(view);
        if (stuck.isPresent()) {
            return dated(occasion, Condition.PROGRESSING, FALSE, "RolloutStuck", stuck.get());
        }
        return action instanceof Action.Idle idle
                ? dated(occasion, Condition.PROGRESSING, FALSE, "Idle", idle.why())
                : dated(occasion, Condition.PROGRESSING, TRUE, reason(action), action.why());
    }

    private static String reason(Action action) {
        return action instanceof Action.Await await
                ? switch (await.subject()) {
                    case CERTIFICATE -> "AwaitingCertificate";
                    case FOUNDING -> "AwaitingFounding";
                    case PODS -> "AwaitingPods";
                    case CATCHING_UP -> "CatchingUp";
                    case QUORUM -> "AwaitingQuorum";
                }
                : action.getClass().getSimpleName();
    }

    private static Condition degraded(ClusterView view, Occasion occasion) {
        var stuck = stuckPod(view);
        if (stuck.isPresent()) {
            return dated(occasion, Condition.DEGRADED, TRUE, "RolloutStuck", stuck.get());
        }
        if (view.wanted().hibernate() || view.voters().isEmpty()) {
            return view.initialized() && !view.wanted().hibernate()
                    ? dated(occasion, Condition.DEGRADED, TRUE, "NoMemberAnswers", "no member answers")
                    : dated(occasion, Condition.DEGRADED, FALSE, "NoMembers", "no node votes");
        }
        var unwell = view.voters().get().configuration().members().stream()
                .filter(member -> !view.voters().get().isHealthy(member))
                .map(member -> Long.toString(member.memberId()))
                .toList();
        return unwell.isEmpty()
                ? dated(occasion, Condition.DEGRADED, FALSE, "AllWell", "all voters are well")
                : dated(
                        occasion,
                        Condition.DEGRADED,
                        TRUE,
                        "MembersNotWell",
                        "not well: members " + String.join(", ", unwell));
    }

    /** A pod of the newest template that took longer than it may: the others stay as they are. */
    private static Optional<String> stuckPod(ClusterView view) {
        return view.pods().stream()
                .filter(pod -> !pod.ready() && !view.isOutdated(pod))
                .filter(pod -> view.isOlderThan(pod, view.wanted().progressDeadline()))
                .findFirst()
                .map(pod -> "%s is not ready after %d seconds"
                        .formatted(pod.name(), view.wanted().progressDeadline().toSeconds()));
    }

    private static Condition certificatesValid(CertificateVerdict verdict, Occasion occasion) {
        return dated(occasion, Condition.CERTIFICATES_VALID, verdict.status(), verdict.reason(), verdict.message());
    }

    private static Condition ready(ClusterView view, Action action, Occasion occasion) {
        int wanted = view.wanted().replicas();
        boolean all = view.voters()
                .filter(voters -> voters.count() == wanted && voters.allHealthy())
                .filter(voters -> voters.leader().isPresent())
                .isPresent();
        boolean upToDate = view.pods().stream().noneMatch(view::isOutdated);
        if (all && upToDate && action instanceof Action.Idle) {
            return dated(
                    occasion,
                    Condition.READY,
                    TRUE,
                    "AllMembersReady",
                    "%d of %d voters are ready".formatted(wanted, wanted));
        }
        if (view.wanted().hibernate()) {
            return dated(occasion, Condition.READY, FALSE, "Hibernating", "no node runs");
        }
        String reason = !all ? "MembersNotReady" : upToDate ? "StepUnderWay" : "RollingOut";
        return dated(occasion, Condition.READY, FALSE, reason, action.why());
    }

    static Condition dated(Occasion occasion, String type, String status, String reason, String message) {
        var since = occasion.previous().conditionsOrNone().stream()
                .filter(before -> before.type().equals(type) && before.status().equals(status))
                .findFirst()
                .map(Condition::lastTransitionTime)
                .orElseGet(() -> occasion.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return new Condition(type, status, occasion.generation(), since, reason, message);
    }
}
