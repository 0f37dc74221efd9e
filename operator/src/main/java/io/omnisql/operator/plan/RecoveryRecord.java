package io.omnisql.operator.plan;

import io.omnisql.operator.api.ForceNewCluster;
import io.omnisql.operator.api.RecoveryStatus;
import io.omnisql.operator.api.RecoveryStatus.Phase;
import io.omnisql.operator.api.RecoveryStatus.Survivor;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be remembered of an order to give a lost quorum up. It is the one thing that steps are decided from and no node tells: that an
 * order is spent, who was told to go on, and whose volumes must never come back.
 */
final class RecoveryRecord {
    /** In this time the order can be withdrawn, a quorum can come back, and a node that holds more can answer. */
    static final Duration WATCH = Duration.ofSeconds(30);

    private RecoveryRecord() {}

    /** The record after this look; null when there is nothing to remember. */
    static @Nullable RecoveryStatus after(ClusterView view) {
        var before = view.recovery().record();
        var order = view.recovery().order();
        if (view.wanted().paused()) {
            return before;
        }
        if (before == null) {
            return order == null ? null : begin(view, order).orElse(null);
        }
        var after = before.phase() == Phase.CarriedOut ? carriedOut(view, before) : pending(view, before);
        return after == null ? null : after.withFormerVolumes(stillThere(view, after));
    }

    /** Whether the time to change one's mind is over. */
    static boolean isDue(ClusterView view, RecoveryStatus record) {
        return !Instant.parse(record.since()).plus(WATCH).isAfter(view.now());
    }

    /** The pod of the survivor, if its node answers on the disk that was chosen. */
    static Optional<PodView> podOf(ClusterView view, RecoveryStatus record) {
        var survivor = record.survivor();
        return survivor == null
                ? Optional.empty()
                : view.pod(survivor.ordinal())
                        .filter(pod -> pod.answer() != null
                                && pod.answer().incarnation().equals(survivor.incarnation()));
    }

    /** A spent order stays spent; another one may follow when this cluster has lost its quorum, too. */
    private static RecoveryStatus carriedOut(ClusterView view, RecoveryStatus before) {
        var order = view.recovery().order();
        return order == null || order.acknowledgeDataLoss().equals(before.clusterUid())
                ? before
                : begin(view, order).orElse(before);
    }

    private static @Nullable RecoveryStatus pending(ClusterView view, RecoveryStatus before) {
        var order = view.recovery().order();
        var pod = podOf(view, before);
        var successor = pod.flatMap(found -> successor(before, found));
        if (successor.isPresent()) {
            return before.carriedOut(
                    successor.get(),
                    others(view, before),
                    told(Objects.requireNonNull(before.survivor())) + " went on alone");
        }
        boolean mayBeUnderWay = before.phase() == Phase.Chosen && pod.isEmpty() && isDue(view, before);
        if (order == null || !before.isOf(order)) {
            return Optional.ofNullable(order)
                    .flatMap(another -> begin(view, another))
                    .orElse(mayBeUnderWay ? before : withdrawn(before));
        }
        return before.phase() == Phase.Refused || mayBeUnderWay ? before : chosen(view, before, order);
    }

    /** Nothing is left of an order that was taken back, unless an earlier one is not done with. */
    private static @Nullable RecoveryStatus withdrawn(RecoveryStatus before) {
        return before.formerVolumes().isEmpty() ? null : before.refused("the order was taken back");
    }

    /** The name of the cluster that the survivor is alone now; its order is carried out to the end then. */
    private static Optional<String> successor(RecoveryStatus before, PodView pod) {
        return Optional.ofNullable(pod.answer())
                .filter(answer ->
                        answer.clusterUid() != null && !answer.clusterUid().equals(before.clusterUid()))
                .filter(answer -> answer.configuration() != null
                        && answer.configuration().members().stream()
                                .map(Member::incarnation)
                                .toList()
                                .equals(List.of(answer.incarnation())))
                .map(MemberAnswer::clusterUid);
    }

    private static List<String> others(ClusterView view, RecoveryStatus before) {
        int ordinal = Objects.requireNonNull(before.survivor()).ordinal();
        return view.claims().stream()
                .filter(claim -> claim.ordinal() != ordinal)
                .map(ClaimView::uid)
                .toList();
    }

    private static List<String> stillThere(ClusterView view, RecoveryStatus record) {
        return record.formerVolumes().stream()
                .filter(uid ->
                        view.claims().stream().anyMatch(claim -> claim.uid().equals(uid)))
                .toList();
    }

    private static RecoveryStatus chosen(ClusterView view, RecoveryStatus before, ForceNewCluster order) {
        if (isDue(view, before)) {
            return quorum(view).map(before::refused).orElse(before);
        }
        return begin(view, order)
                .filter(next -> next.phase() == Phase.Refused || !isSame(next.survivor(), before.survivor()))
                .orElse(before);
    }

    private static boolean isSame(@Nullable Survivor one, @Nullable Survivor other) {
        return one != null && other != null && one.incarnation().equals(other.incarnation());
    }

    /** Nothing as long as the order is of another cluster, or nobody answers who could go on. */
    private static Optional<RecoveryStatus> begin(ClusterView view, ForceNewCluster order) {
        boolean isOther = !view.clusterUid().equals(Optional.of(order.acknowledgeDataLoss()));
        if (isOther || RepairPlan.strangers(view).isPresent()) {
            return Optional.empty();
        }
        return quorum(view)
                .map(why -> record(view, order, Phase.Refused, why, null))
                .or(() -> survivor(view, order)
                        .map(survivor ->
                                record(view, order, Phase.Chosen, told(survivor) + " shall go on alone", survivor)));
    }

    private static String told(Survivor survivor) {
        return "%s, which holds the entries below %d (those below %d were decided for sure),"
                .formatted(survivor.pod(), survivor.acceptedIndex(), survivor.decidedIndex());
    }

    private static RecoveryStatus record(
            ClusterView view, ForceNewCluster order, Phase phase, String why, @Nullable Survivor survivor) {
        var before = view.recovery().record();
        return new RecoveryStatus(
                order.acknowledgeDataLoss(),
                order.ordinal(),
                phase,
                view.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                why,
                survivor,
                null,
                before == null ? List.of() : before.formerVolumes());
    }

    /** Why there is no reason to give the quorum up. */
    private static Optional<String> quorum(ClusterView view) {
        return view.voters()
                .filter(voters ->
                        answering(voters).size() >= voters.configuration().majority())
                .map(voters -> "%d of %d voters answer, which is a quorum"
                        .formatted(answering(voters).size(), voters.count()));
    }

    private static List<Member> answering(Voters voters) {
        return voters.configuration().members().stream()
                .filter(member -> voters.podOf(member).isPresent())
                .toList();
    }

    /** The one that holds most; the node itself refuses when one that it hears holds more. */
    private static Optional<Survivor> survivor(ClusterView view, ForceNewCluster order) {
        return view.voters().stream()
                .flatMap(voters -> answering(voters).stream().flatMap(member -> voters.podOf(member).stream()))
                .filter(pod -> pod.is(State.VOTING) && !pod.terminating())
                .filter(pod -> order.ordinal() == null || order.ordinal() == pod.ordinal())
                .map(RecoveryRecord::asSurvivor)
                .max(Comparator.comparingLong(Survivor::acceptedIndex)
                        .thenComparingLong(Survivor::decidedIndex)
                        .thenComparing(
                                Comparator.comparingInt(Survivor::ordinal).reversed()));
    }

    private static Survivor asSurvivor(PodView pod) {
        var answer = Objects.requireNonNull(pod.answer());
        return new Survivor(
                pod.ordinal(), pod.name(), answer.incarnation(), answer.decidedIndex(), answer.acceptedIndex());
    }
}
