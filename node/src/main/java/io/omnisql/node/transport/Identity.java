package io.omnisql.node.transport;

import io.omnisql.omnipaxos.NodeId;
import java.util.UUID;

/**
 * Who a node is to its peers.
 *
 * @param clusterUid no other cluster has it
 * @param node its member id
 * @param incarnation of its data folder: another disk has another one
 * @param address host:port at which it can be reached
 */
public record Identity(UUID clusterUid, NodeId node, UUID incarnation, String address) {
    /** The longest address. */
    public static final int ADDRESS_CHARS_MAX = 300;

    public Identity {
        if (address.isBlank() || address.length() > ADDRESS_CHARS_MAX) {
            throw new IllegalArgumentException("An address has 1 to " + ADDRESS_CHARS_MAX + " characters");
        }
    }
}
