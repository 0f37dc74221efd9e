package io.omnisql.node.admin;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A node's state as JSON. Scripts and the operator read it by these names: they do not change. The order is kept, too, so that the
 * first occurrence of a name is the node's own.
 */
@Schema(description = "State of this node. All indexes are exclusive, equal to a count of entries.")
record NodeStatus(
        @Schema(description = "This node's id.", examples = "1")
        long node,

        String clusterId,
        @Schema(description = "Zone or region.") String location,

        @Schema(
                description =
                        "leader: it may decide entries; reader: a read replica; starting: the replica does not run yet.",
                enumeration = {"leader", "follower", "learner", "reader", "starting"})
        String role,

        @Schema(description = "Id of the leader that this node follows, or null when it knows none.", nullable = true)
        @Nullable
        Long leader,

        @Schema(
                description = "Phase of the round.",
                enumeration = {"none", "prepare", "accept", "recover"})
        String phase,

        @Schema(description = "Entries held.") long acceptedIndex,

        @Schema(description = "Entries chosen for ever, as far as this node knows.")
        long decidedIndex,

        @Schema(description = "Entries executed in this node's PostgreSQL.")
        long appliedIndex,

        @Schema(description = "Length of the log that this node adopted as leader.")
        long roundStartIndex,

        @Schema(description = "Whether the node is connected to a quorum that agrees on a leader.")
        boolean happy,

        @Schema(description = "Greatest ballot promised.") @Nullable
        BallotStatus ballot,

        @Nullable ConfigurationStatus configuration,
        List<PeerStatus> peers,
        DigestStatus digest,
        List<DivergenceStatus> divergences,
        PostgresStatus postgres,
        LogStatus log,
        SnapshotStatus snapshot,
        WaitingStatus waiting,
        VersionStatus versions,
        long uptimeSeconds) {

    /** A ballot. */
    @Schema(name = "Ballot")
    record BallotStatus(long configurationId, long number, int priority, long node) {}

    /** Members and quorums. */
    @Schema(name = "Configuration")
    record ConfigurationStatus(long id, List<Long> members, int prepareQuorum, int acceptQuorum) {}

    /** Another member. */
    @Schema(name = "Peer")
    record PeerStatus(
            long node,

            @Schema(description = "It answered the last heartbeat.")
            boolean connected,

            @Schema(description = "Entries that it holds; null unless this node leads.", nullable = true) @Nullable
            Long acceptedIndex,

            @Schema(description = "Entries that it lacks; null unless this node leads.", nullable = true) @Nullable
            Long lag) {}

    /** What the results until a slot hash to: equal on all replicas. */
    @Schema(name = "Digest")
    record DigestStatus(
            @Schema(description = "Slot of the newest checkpoint, or null when there is none.", nullable = true)
            @Nullable
            Long slot,

            @Schema(description = "16 hexadecimal digits.", nullable = true) @Nullable
            String value,

            @Schema(description = "Until which slot results were compared with a peer's.")
            long comparedSlots) {}

    /** Replicas that do not agree. */
    @Schema(name = "Divergence", description = "Results differ between this node and a peer: an alarm.")
    record DivergenceStatus(long peer, long slot, String ownDigest, String peerDigest) {}

    /** The node's own PostgreSQL. */
    @Schema(name = "Postgres")
    record PostgresStatus(
            boolean ready,

            @Schema(
                    description =
                            "What the applier is at; retrying: PostgreSQL is in trouble, the node's log tells which.",
                    enumeration = {"starting", "running", "retrying", "stopped"})
            String applier,

            @Schema(description = "Applied entries whose effect survives power loss.")
            long durableAppliedIndex,

            @Schema(
                    description = "Slot of the command that has been executing for more than a second, or null.",
                    nullable = true)
            @Nullable
            Long slowSlot,

            @Schema(description = "For how long.") long slowSeconds,

            boolean sqlPortOpen,
            int sqlConnections) {}

    /** The log on this node's disk. */
    @Schema(name = "Log")
    record LogStatus(
            @Schema(description = "Entries that were trimmed, all before the first one that is kept.")
            long compactedIndex,

            @Schema(description = "About what the kept entries take.")
            long retainedBytes,

            @Schema(description = "What the log's files take.")
            long diskBytes) {}

    /** Snapshots given and needed. */
    @Schema(name = "Snapshot")
    record SnapshotStatus(
            @Schema(description = "Whether one is being taken here.")
            boolean taking,

            @Schema(description = "What the one for peers takes on this node's disk.")
            long servedBytes,

            @Schema(description = "Whether this node waits for one: the log cannot help it any more.")
            boolean fetching,

            @Schema(description = "What of it has arrived.") long fetchedBytes) {}

    /** What waits inside the node. */
    @Schema(name = "Waiting")
    record WaitingStatus(
            @Schema(description = "Writes of this node's clients that wait for their result.")
            int writes,

            @Schema(description = "Reads that wait for their turn.")
            int reads,

            @Schema(description = "Letters that wait for the protocol's next step.")
            int letters,

            @Schema(description = "Letters refused since the start because the mailbox was full.")
            long lettersRefused) {}

    /** What runs here. */
    @Schema(name = "Versions")
    record VersionStatus(String omnisql, String java, String postgresql) {}
}
