package io.omnisql.operator.plan;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.ForceNewCluster;
import io.omnisql.operator.api.RecoveryStatus;
import io.omnisql.operator.api.RecoveryStatus.Phase;
import io.omnisql.operator.plan.Action.Await;
import io.omnisql.operator.plan.Action.ChooseSurvivor;
import io.omnisql.operator.plan.Action.DeleteClaim;
import io.omnisql.operator.plan.Action.Recover;
import io.omnisql.operator.plan.Action.Subject;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a lost quorum, by a person's order only: a survivor is chosen and written down, watched for a while, told to go on alone, and when
 * it serves, the volumes of all others go. New members come by {@link MembershipPlan} like any others.
 */
final class RecoveryPlan {
    private RecoveryPlan() {}

    static Optional<Action> next(ClusterView view) {
        return order(view).or(() -> former(view));
    }

    private static Optional<Action> order(ClusterView view) {
        var record = RecoveryRecord.after(view);
        if (record == null || record.phase() != Phase.Chosen || view.recovery().order() == null) {
            return Optional.empty();
        }
        return RecoveryRecord.podOf(view, record)
                .filter(pod -> isOf(record, pod))
                .map(pod -> {
                    if (!isWritten(view, record)) {
                        return new ChooseSurvivor(pod, record.message());
                    }
                    return RecoveryRecord.isDue(view, record)
                            ? new Recover(pod, record.clusterUid(), record.message())
                            : new Await(Subject.QUORUM, record.message());
                });
    }

    /** A node that has its new name already is on its way, and needs no second order. */
    private static boolean isOf(RecoveryStatus record, PodView pod) {
        return pod.answer() != null && record.clusterUid().equals(pod.answer().clusterUid());
    }

    /** The survivor is told nothing before the status names it. */
    private static boolean isWritten(ClusterView view, RecoveryStatus record) {
        var written = view.recovery().record();
        return written != null
                && written.phase() == Phase.Chosen
                && written.since().equals(record.since())
                && Objects.equals(written.survivor(), record.survivor());
    }

    /** Two former members that come back would be the old cluster. They are not needed any more once the new one serves. */
    private static Optional<Action> former(ClusterView view) {
        boolean serves = view.voters().flatMap(Voters::leader).isPresent();
        return view.claims().stream()
                .filter(claim -> serves && view.recovery().isFormer(claim))
                .filter(claim -> claim.ordinal() < PodCountPlan.replicas(view))
                .flatMap(claim -> discard(view, claim).stream())
                .findFirst();
    }

    private static Optional<Action> discard(ClusterView view, ClaimView claim) {
        return claim.terminating()
                ? RepairPlan.release(view, claim)
                : Optional.of(new DeleteClaim(
                        claim, "volume %s is of a member of the cluster before".formatted(claim.name())));
    }

    /** What came of the order; nothing where the spec has none. */
    static Optional<Condition> condition(ClusterView view, Occasion occasion) {
        return Optional.ofNullable(view.recovery().order())
                .map(order -> condition(view, occasion, order, RecoveryRecord.after(view)));
    }

    private static Condition condition(
            ClusterView view, Occasion occasion, ForceNewCluster order, @Nullable RecoveryStatus record) {
        if (record == null || !record.clusterUid().equals(order.acknowledgeDataLoss())) {
            return waiting(view, occasion, order);
        }
        return switch (record.phase()) {
            case Chosen -> {
                var due = Instant.parse(record.since()).plus(RecoveryRecord.WATCH);
                String told =
                        "%s, not before %s; until then the order can be taken back".formatted(record.message(), due);
                yield dated(occasion, Condition.UNKNOWN, "SurvivorChosen", told);
            }
            case CarriedOut -> dated(occasion, Condition.TRUE, "CarriedOut", record.message());
            case Refused ->
                dated(
                        occasion,
                        Condition.FALSE,
                        "Refused",
                        record.message() + "; the order is spent: remove it before you give it again");
        };
    }

    private static Condition waiting(ClusterView view, Occasion occasion, ForceNewCluster order) {
        var uid = view.clusterUid();
        if (uid.isPresent() && !uid.get().equals(order.acknowledgeDataLoss())) {
            String told =
                    "the order is about cluster %s, but this is %s".formatted(order.acknowledgeDataLoss(), uid.get());
            return dated(occasion, Condition.FALSE, "OtherCluster", told);
        }
        return dated(occasion, Condition.FALSE, "NoSurvivor", "no member answers that could go on");
    }

    private static Condition dated(Occasion occasion, String status, String reason, String message) {
        return Conditions.dated(occasion, Condition.NEW_CLUSTER_FORCED, status, reason, message);
    }
}
