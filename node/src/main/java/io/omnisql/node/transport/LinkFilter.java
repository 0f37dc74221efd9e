package io.omnisql.node.transport;

import io.omnisql.omnipaxos.NodeId;

/** A fault between two nodes, on purpose: what does not pass is dropped as by a broken network. For tests and drills. */
@FunctionalInterface
public interface LinkFilter {
    /** Lets everything pass. */
    LinkFilter NONE = (peer, direction) -> true;

    /** Whether messages and calls pass. Called for each of them, from any thread. */
    boolean passes(NodeId peer, Direction direction);

    /** As this node sees it. */
    enum Direction {
        /** To the peer. */
        OUT,
        /** From the peer. */
        IN
    }
}
