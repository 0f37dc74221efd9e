package io.omnisql.node.transport;

import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.net.SocketAddress;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The members of a configuration as their peers reach them.
 *
 * @param configurationId which one
 * @param members all of them, this node among them if it is one
 */
public record PeerDirectory(long configurationId, SortedMap<NodeId, Peer> members) {
    public PeerDirectory {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /** Without members. */
    static PeerDirectory empty() {
        return new PeerDirectory(0, new TreeMap<>(Map.of()));
    }

    /**
     * A node.
     *
     * @param incarnation of its data folder
     * @param address where it is reached
     */
    public record Peer(UUID incarnation, SocketAddress address) {
        /** An address as host:port. */
        static SocketAddress address(String text) {
            int colon = text.lastIndexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("'" + text + "' is not host:port");
            }
            return SocketAddress.inetSocketAddress(
                    Integer.parseInt(text.substring(colon + 1)), text.substring(0, colon));
        }
    }
}
