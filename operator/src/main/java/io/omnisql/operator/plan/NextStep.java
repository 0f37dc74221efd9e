package io.omnisql.operator.plan;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The order of importance: what comes first is done first, and nothing else until it is done. */
public final class NextStep {
    private static final List<Function<ClusterView, Optional<Action>>> RULES = List.of(
            NextStep::certificate,
            PodCountPlan::podSetExists,
            PodCountPlan::hibernation,
            RecoveryPlan::next,
            FoundingPlan::next,
            RepairPlan::strangers,
            PodCountPlan::everyVoterHasAPod,
            RepairPlan::pods,
            RepairPlan::volumes,
            RepairPlan::replacement,
            RolloutPlan::next,
            MembershipPlan::next,
            PodCountPlan::surplus,
            StoragePlan::growth,
            StoragePlan::surplus,
            RepairPlan::patience);

    private NextStep() {}

    /** What to do next. */
    public static Action of(ClusterView view) {
        if (view.wanted().paused()) {
            return new Action.Idle("paused by the spec");
        }
        return RULES.stream()
                .flatMap(rule -> rule.apply(view).stream())
                .findFirst()
                .orElseGet(() -> new Action.Idle(
                        view.wanted().hibernate() ? "hibernating" : "everything is as the spec wants it"));
    }

    /** A pod without a certificate would wait for its volume, and a node would not start. */
    private static Optional<Action> certificate(ClusterView view) {
        return view.certificates().lacking()
                ? Optional.of(new Action.Await(
                        Action.Subject.CERTIFICATE, view.certificates().message()))
                : Optional.empty();
    }
}
