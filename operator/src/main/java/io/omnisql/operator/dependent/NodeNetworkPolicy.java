package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
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
        var names = blueprint.names();
        return Optional.of(new NetworkPolicyBuilder()
                .withMetadata(blueprint.owned(names.cluster() + "-nodes"))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(names.selector())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .addNewIngress()
                .withFrom(pods(names.selector()))
                .withPorts(tcp(Ports.PEER), tcp(Ports.ADMIN))
                .endIngress()
                .addNewIngress()
                .withFrom(podsAnywhere(Map.of(Names.SOFTWARE, Names.OPERATOR)))
                .withPorts(tcp(Ports.ADMIN))
                .endIngress()
                .addNewEgress()
                .withTo(pods(names.selector()))
                .withPorts(tcp(Ports.PEER), tcp(Ports.ADMIN))
                .endEgress()
                .addNewEgress()
                .withPorts(port("UDP", DNS), tcp(DNS))
                .endEgress()
                .endSpec()
                .build());
    }

    static NetworkPolicyPeer pods(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder()
                .withNewPodSelector()
                .withMatchLabels(labels)
                .endPodSelector()
                .build();
    }

    /** In whichever namespace they are. */
    static NetworkPolicyPeer podsAnywhere(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .endNamespaceSelector()
                .withNewPodSelector()
                .withMatchLabels(labels)
                .endPodSelector()
                .build();
    }

    static NetworkPolicyPort tcp(int port) {
        return port("TCP", port);
    }

    private static NetworkPolicyPort port(String protocol, int port) {
        return new NetworkPolicyPort(null, new IntOrString(port), protocol);
    }
}
