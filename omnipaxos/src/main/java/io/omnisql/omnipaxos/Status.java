package io.omnisql.omnipaxos;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable view of one instance.
 *
 * @param leader the leader that this node follows, or null when none is known
 * @param roundStartIndex length of the log that the leader adopted; 0 unless this node leads in the accept phase
 */
public record Status(
        NodeId node,
        Configuration configuration,
        Role role,
        Phase phase,
        Ballot promise,
        Ballot acceptedRound,
        @Nullable NodeId leader,
        long acceptedIndex,
        long decidedIndex,
        long compactedIndex,
        long roundStartIndex,
        boolean happy,
        List<Peer> peers) {

    public Status {
        peers = List.copyOf(peers);
    }

    /** A learner does not vote; the others are replicas of the configuration. */
    public enum Role {
        LEARNER,
        FOLLOWER,
        LEADER
    }

    /** Of a round, as in the paper; NONE before the first one. */
    public enum Phase {
        NONE,
        PREPARE,
        ACCEPT,
        RECOVER
    }

    /**
     * What this node knows of a peer.
     *
     * @param connected it answered in the last heartbeat round
     * @param acceptedIndex what it acknowledged in this node's round, or -1 when this node does not lead it
     */
    public record Peer(NodeId node, boolean connected, long acceptedIndex) {}

    /** Whether this node leads and may decide entries. */
    public boolean isLeading() {
        return role == Role.LEADER && phase == Phase.ACCEPT;
    }
}
