package io.omnisql.node.transport;

import io.omnisql.omnipaxos.NodeId;

/**
 * Who a node is to its peers.
 *
 * @param clusterId a name that no other cluster has
 * @param node its number in the cluster
 * @param configurationId the configuration that it lives in
 */
public record Identity(String clusterId, NodeId node, long configurationId) {
    /** The longest cluster id. */
    static final int CLUSTER_ID_CHARS_MAX = 128;

    public Identity {
        if (clusterId.isBlank() || clusterId.length() > CLUSTER_ID_CHARS_MAX) {
            throw new IllegalArgumentException("A cluster id has 1 to " + CLUSTER_ID_CHARS_MAX + " characters");
        }
    }
}
