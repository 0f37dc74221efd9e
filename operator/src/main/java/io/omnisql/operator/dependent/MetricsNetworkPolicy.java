package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets the pods of a Prometheus read metrics where a PodMonitor tells it to: they bear that label when the Prometheus operator made them. */
final class MetricsNetworkPolicy {
    private MetricsNetworkPolicy() {}

    static Optional<NetworkPolicy> desired(Blueprint blueprint) {
        var spec = blueprint.spec();
        if (!spec.networkPolicy().enabled() || !spec.monitoring().podMonitor().enabled()) {
            return Optional.empty();
        }
        return Optional.of(NetworkRules.ingress(
                blueprint,
                "metrics",
                List.of(NetworkRules.podsAnywhere(Map.of(Names.SOFTWARE, "prometheus"))),
                List.of(NetworkRules.tcp(Ports.ADMIN))));
    }
}
