package io.omnisql.node.replica;

import io.omnisql.omnipaxos.NodeId;

/** What travelled between this node and its peers since the start, for metrics. Thread-safe; answers at once. */
public interface PeerTraffic {
    /** Over all connections with a peer, whichever side dialled. Nothing for who is no peer. */
    Figures with(NodeId peer);

    /** Connections that ended before their handshake did: refused by either side, strangers, silence. */
    long refusedHandshakes();

    /**
     * Counted after the handshake.
     *
     * @param links connections that were made; each beyond four (two of either side) took the place of a broken one
     */
    record Figures(long framesIn, long bytesIn, long framesOut, long bytesOut, long links) {}
}
