package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
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
        return Optional.of(NetworkRules.ingress(
                blueprint,
                "clients",
                clients.isEmpty() ? List.of(NetworkRules.pods(Map.of())) : clients,
                ports(blueprint)));
    }

    private static List<NetworkPolicyPort> ports(Blueprint blueprint) {
        var sql = NetworkRules.tcp(Ports.SQL);
        return blueprint.spec().tls().asksClients() ? List.of(sql) : List.of(sql, NetworkRules.tcp(Ports.HTTP));
    }

    private static NetworkPolicyPeer peer(Client client) {
        var pods = NetworkRules.pods(client.podLabels() == null ? Map.of() : client.podLabels());
        return client.namespaceLabels() == null
                ? pods
                : new NetworkPolicyPeerBuilder(pods)
                        .withNewNamespaceSelector()
                        .withMatchLabels(client.namespaceLabels())
                        .endNamespaceSelector()
                        .build();
    }
}
