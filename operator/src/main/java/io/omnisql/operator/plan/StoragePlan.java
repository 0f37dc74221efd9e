package io.omnisql.operator.plan;

import io.omnisql.operator.plan.Action.DeleteClaim;
import io.omnisql.operator.plan.Action.GrowClaim;
import io.omnisql.operator.plan.Action.RenewPodSet;
import java.util.Optional;

/** Volumes that shall be larger, and volumes that nobody needs. */
final class StoragePlan {
    private StoragePlan() {}

    static Optional<Action> growth(ClusterView view) {
        long wanted = view.wanted().storageBytes();
        var small = view.claims().stream()
                .filter(claim -> !claim.terminating() && claim.requestedBytes() < wanted)
                .findFirst();
        if (small.isPresent()) {
            return Optional.of(new GrowClaim(
                    small.get(), wanted, "volume %s grows".formatted(small.get().name())));
        }
        return view.podSet() != null && view.podSet().claimBytes() != wanted
                ? Optional.of(new RenewPodSet("later pods get volumes of the new size"))
                : Optional.empty();
    }

    /** The members have left, so others have the data; a kept disk would only come back with an identity that is refused. */
    static Optional<Action> surplus(ClusterView view) {
        if (view.wanted().keepClaims()
                || !view.voters().filter(Voters::haveArrived).isPresent()) {
            return Optional.empty();
        }
        int kept = Math.max(PodCountPlan.kept(view), PodCountPlan.replicas(view));
        return view.claims().stream()
                .filter(claim -> claim.ordinal() >= kept && !claim.terminating())
                .filter(claim -> view.pod(claim.ordinal()).isEmpty())
                .findFirst()
                .map(claim -> new DeleteClaim(claim, "volume %s belongs to no member".formatted(claim.name())));
    }
}
