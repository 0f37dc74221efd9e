package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;

/** What the cluster's NetworkPolicies are put together from. They add up: each lets somebody in. */
final class NetworkRules {
    private NetworkRules() {}

    /** Lets those in at the nodes' ports. */
    static NetworkPolicy ingress(
            Blueprint blueprint, String purpose, List<NetworkPolicyPeer> from, List<NetworkPolicyPort> ports) {
        return of(blueprint, purpose)
                .editSpec()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .withFrom(from)
                .withPorts(ports)
                .endIngress()
                .endSpec()
                .build();
    }

    /** About the cluster's nodes of every role, without any rule yet. */
    static NetworkPolicyBuilder of(Blueprint blueprint, String purpose) {
        return new NetworkPolicyBuilder()
                .withMetadata(blueprint.owned(blueprint.names().cluster() + "-" + purpose))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(blueprint.names().everyNode())
                .endPodSelector()
                .endSpec();
    }

    /** In the cluster's namespace. */
    static NetworkPolicyPeer pods(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder()
                .withNewPodSelector()
                .withMatchLabels(labels)
                .endPodSelector()
                .build();
    }

    /** In whichever namespace they are. */
    static NetworkPolicyPeer podsAnywhere(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder(pods(labels))
                .withNewNamespaceSelector()
                .endNamespaceSelector()
                .build();
    }

    static NetworkPolicyPort tcp(int port) {
        return port("TCP", port);
    }

    static NetworkPolicyPort port(String protocol, int port) {
        return new NetworkPolicyPort(null, new IntOrString(port), protocol);
    }
}
