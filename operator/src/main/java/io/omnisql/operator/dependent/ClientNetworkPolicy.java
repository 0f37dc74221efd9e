package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.omnisql.operator.api.NetworkAccess.Client;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may be a client. */
final class ClientNetworkPolicy {
    private ClientNetworkPolicy() {}

    static Optional<NetworkPolicy> desired(Blueprint blueprint) {
        var access = blueprint.spec().networkPolicy();
        if (!access.enabled()) {
            return Optional.empty();
        }
        var clients = access.clients().stream().map(ClientNetworkPolicy::peer).toList();
        return Optional.of(new NetworkPolicyBuilder()
                .withMetadata(blueprint.owned(blueprint.names().cluster() + "-clients"))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(blueprint.names().selector())
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .withFrom(clients.isEmpty() ? List.of(NodeNetworkPolicy.pods(Map.of())) : clients)
                .withPorts(ports(blueprint))
                .endIngress()
                .endSpec()
                .build());
    }

    private static List<NetworkPolicyPort> ports(Blueprint blueprint) {
        var sql = NodeNetworkPolicy.tcp(Ports.SQL);
        return blueprint.spec().tls().asksClients() ? List.of(sql) : List.of(sql, NodeNetworkPolicy.tcp(Ports.HTTP));
    }

    private static NetworkPolicyPeer peer(Client client) {
        var peer = new NetworkPolicyPeerBuilder()
                .withNewPodSelector()
                .withMatchLabels(client.podLabels() == null ? Map.of() : client.podLabels())
                .endPodSelector();
        if (client.namespaceLabels() != null) {
            peer.withNewNamespaceSelector()
                    .withMatchLabels(client.namespaceLabels())
                    .endNamespaceSelector();
        }
        return peer.build();
    }
}
