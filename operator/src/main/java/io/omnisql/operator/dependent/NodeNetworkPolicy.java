package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Map;
import java.util.Optional;

/** Nodes hear their peers and the operator, and speak to their peers and to DNS. Whoever is not named here or for clients is cut off. */
final class NodeNetworkPolicy {
    private static final int DNS = 53;

    private NodeNetworkPolicy() {}

    static Optional<NetworkPolicy> desired(Blueprint blueprint) {
        if (!blueprint.spec().networkPolicy().enabled()) {
            return Optional.empty();
        }
        var peers = NetworkRules.pods(blueprint.names().everyNode());
        var operator = NetworkRules.podsAnywhere(Map.of(Names.SOFTWARE, Names.OPERATOR));
        return Optional.of(NetworkRules.of(blueprint, "nodes")
                .editSpec()
                .withPolicyTypes("Ingress", "Egress")
                .addNewIngress()
                .withFrom(peers)
                .withPorts(NetworkRules.tcp(Ports.PEER))
                .endIngress()
                .addNewIngress()
                .withFrom(operator)
                .withPorts(NetworkRules.tcp(Ports.ADMIN))
                .endIngress()
                .addNewEgress()
                .withTo(peers)
                .withPorts(NetworkRules.tcp(Ports.PEER))
                .endEgress()
                .addNewEgress()
                .withPorts(NetworkRules.port("UDP", DNS), NetworkRules.tcp(DNS))
                .endEgress()
                .endSpec()
                .build());
    }
}
