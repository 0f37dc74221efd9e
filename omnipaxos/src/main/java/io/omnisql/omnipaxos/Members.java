package io.omnisql.omnipaxos;

import java.util.Arrays;

/**
 * The replicas of a configuration as one of them sees them. Every table of the protocol is an array by <em>member</em>, the
 * place of a replica in the ascending list of ids; ids may have gaps, members have none.
 */
final class Members {
    private static final int NONE = -1;

    private final NodeId[] nodes;
    private final int self;

    Members(NodeId self, Configuration configuration) {
        this.nodes = configuration.replicas().toArray(NodeId[]::new);
        this.self = memberOf(self);
        if (this.self == NONE) {
            throw new IllegalArgumentException("Node " + self + " is no replica of " + configuration);
        }
    }

    int count() {
        return nodes.length;
    }

    int self() {
        return self;
    }

    NodeId node(int member) {
        return nodes[member];
    }

    /** The place of a node, or -1 when it is no replica. */
    int memberOf(NodeId node) {
        return Math.max(NONE, Arrays.binarySearch(nodes, node));
    }

    /** The place of the node that owns a ballot, or -1 for the ballot below all others. */
    int leaderOf(Ballot ballot) {
        return ballot.node() <= 0 ? NONE : memberOf(new NodeId(ballot.node()));
    }
}
