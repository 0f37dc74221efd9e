package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
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
        return Optional.of(new NetworkPolicyBuilder()
                .withMetadata(blueprint.owned(blueprint.names().cluster() + "-metrics"))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(blueprint.names().selector())
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .withFrom(NodeNetworkPolicy.podsAnywhere(Map.of(Names.SOFTWARE, "prometheus")))
                .withPorts(NodeNetworkPolicy.tcp(Ports.ADMIN))
                .endIngress()
                .endSpec()
                .build());
    }
}
