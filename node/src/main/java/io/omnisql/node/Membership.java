package io.omnisql.node;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who belongs to the cluster, read from the settings and checked.
 *
 * @param self this node
 * @param configuration members and quorums
 * @param addresses where each member's peers reach it
 */
record Membership(NodeId self, Configuration configuration, SortedMap<NodeId, Address> addresses) {
    private static final int PORT_MAX = 65_535;

    /** A host and a port. */
    record Address(String host, int port) {}

    List<NodeId> others() {
        return configuration.replicas().stream()
                .filter(node -> !node.equals(self))
                .toList();
    }

    /** Refuses what cannot be with the key's name. */
    static Membership of(NodeConfig config) {
        var addresses = new TreeMap<NodeId, Address>();
        for (Map.Entry<String, String> member : config.cluster().members().entrySet()) {
            String key = "omnisql.cluster.members." + member.getKey();
            addresses.put(nodeId(key, member.getKey()), address(key, member.getValue()));
        }
        NodeId self = nodeId("omnisql.node.id", Long.toString(config.node().id()));
        if (!addresses.containsKey(self)) {
            throw new IllegalArgumentException("omnisql.cluster.members: this node, " + self + ", is not among "
                    + addresses.keySet() + "; add omnisql.cluster.members." + self + "=host:port");
        }
        config.cluster().initialLeader().ifPresent(leader -> {
            if (!addresses.containsKey(nodeId("omnisql.cluster.initial-leader", Long.toString(leader)))) {
                throw new IllegalArgumentException("omnisql.cluster.initial-leader: " + leader
                        + " is not among the members " + addresses.keySet());
            }
        });
        return new Membership(self, configuration(config, new ArrayList<>(addresses.keySet())), addresses);
    }

    private static Configuration configuration(NodeConfig config, List<NodeId> members) {
        Quorum majority = Quorum.majority(members.size());
        var quorum = new Quorum(
                config.cluster().prepareQuorum().orElse(majority.prepare()),
                config.cluster().acceptQuorum().orElse(majority.accept()));
        try {
            return new Configuration(config.cluster().configurationId(), members, quorum);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "omnisql.cluster.prepare-quorum, omnisql.cluster.accept-quorum, omnisql.cluster.configuration-id: "
                            + e.getMessage(),
                    e);
        }
    }

    private static NodeId nodeId(String key, String text) {
        try {
            return new NodeId(Long.parseLong(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' is not a node id, a positive number", e);
        }
    }

    private static Address address(String key, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= PORT_MAX) {
                return new Address(text.substring(0, colon), port);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' is not host:port", e);
        }
        throw new IllegalArgumentException(key + ": '" + text + "' is not host:port");
    }
}
