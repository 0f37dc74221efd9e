package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Optional;

/**
 * Evictions one at a time. A cluster of one node has no budget, which would only block the draining of its machine; a pod that is not ready
 * gives no quorum and may go.
 */
final class NodeDisruptionBudget {
    private NodeDisruptionBudget() {}

    static Optional<PodDisruptionBudget> desired(Blueprint blueprint) {
        if (!blueprint.spec().podDisruptionBudget().enabled()
                || blueprint.spec().replicas() == 1) {
            return Optional.empty();
        }
        return Optional.of(new PodDisruptionBudgetBuilder()
                .withMetadata(blueprint.owned(blueprint.names().cluster()))
                .withNewSpec()
                .withNewMaxUnavailable(1)
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(blueprint.names().selector())
                .endSelector()
                .endSpec()
                .build());
    }
}
