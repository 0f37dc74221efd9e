package io.omnisql.node.admin;

import io.omnisql.node.gateway.DivergenceMonitor;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.PendingWrites;
import io.omnisql.node.gateway.ReplicaAccess;
import io.omnisql.node.gateway.ResultDigests;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.node.replica.LogActivity.DiskUse;
import io.omnisql.node.replica.LogActivity.Retained;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.omnipaxos.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where this room looks.
 *
 * @param location zone or region of the node
 * @param clusterId name of its cluster
 * @param peers the other members, who may change
 * @param log its disk
 * @param traffic with the peers
 * @param outside what the inner rooms do not know
 */
public record NodeFacts(
        NodeId node,
        String location,
        String clusterId,
        Supplier<List<NodeId>> peers,
        ReplicaAccess replica,
        Gateway gateway,
        PendingWrites pendingWrites,
        DivergenceMonitor divergence,
        ResultDigests digests,
        LogActivity log,
        PeerTraffic traffic,
        Outside outside) {

    /** What the applier is at. */
    public enum ApplierState {
        STARTING,
        RUNNING,
        /** This node's PostgreSQL is in trouble; the log tells which. */
        RETRYING,
        STOPPED
    }

    /**
     * Snapshots given and needed.
     *
     * @param isTaking whether PostgreSQL is being read for one
     * @param servedBytes what the one for peers takes
     * @param isFetching whether this node waits for one
     * @param fetchedBytes what of it has arrived
     */
    public record SnapshotProgress(boolean isTaking, long servedBytes, boolean isFetching, long fetchedBytes) {}

    /** A command that takes long: its slot, and for how many seconds. */
    public record Slow(long slot, long seconds) {}

    /** The rooms at the node's edge. Asked often and by any thread: answers at once. */
    public interface Outside {
        /** Whether this node is a read replica. */
        boolean isReader();

        /** Whether it had caught up when members last told it what they have; of a voter, whether it has caught up. */
        boolean hasCaughtUp();

        /** Decided entries, as far as known here or told by members, that this node has not executed. */
        long lagEntries();

        /** Whether PostgreSQL takes sessions, and has answered a question lately. */
        boolean isPostgresReady();

        /** PostgreSQL's version as it says it, or "unknown" until it was asked. */
        String postgresVersion();

        /** Whether SQL clients are accepted. */
        boolean isSqlPortOpen();

        /** What the applier is at. */
        ApplierState applierState();

        /** Applied entries whose effect survives power loss. */
        long durableAppliedIndex();

        /** The command that has been executing for long. */
        Optional<Slow> slowCommand();

        /** What the replicated database took on this node's disk when PostgreSQL was last asked. */
        long databaseBytes();

        /** PostgreSQL's sessions when it was last asked. */
        long postgresSessions();

        /** What the log's files took when they were last looked at. */
        DiskUse logDiskUse();

        /** What the log kept when it was last looked at. */
        Retained logRetained();

        /** What becomes of snapshots. */
        SnapshotProgress snapshots();

        /** SQL clients that are connected. */
        int sqlConnections();
    }
}
