package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Optional;

/** Evictions of read replicas one at a time, apart from those of members: neither waits for the other. A single one may go. */
final class ReaderDisruptionBudget {
    private ReaderDisruptionBudget() {}

    static Optional<PodDisruptionBudget> desired(Blueprint blueprint) {
        if (blueprint.readers() == null
                || !blueprint.spec().podDisruptionBudget().enabled()
                || blueprint.spec().readers().replicas() <= 1) {
            return Optional.empty();
        }
        var names = blueprint.names();
        return Optional.of(new PodDisruptionBudgetBuilder()
                .withMetadata(blueprint.owned(names.readers(), Role.READER))
                .withNewSpec()
                .withNewMaxUnavailable(1)
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(names.readerSelector())
                .endSelector()
                .endSpec()
                .build());
    }
}
