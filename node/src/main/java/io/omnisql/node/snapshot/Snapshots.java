package io.omnisql.node.snapshot;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.replica.SnapshotNeeds;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.SnapshotMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Snapshots of one node: those that it gives and those that it needs. */
public final class Snapshots implements SnapshotNeeds, PeerCalls.Handler, AutoCloseable {
    private final SnapshotServer server;
    private final SnapshotFetch fetch;

    private Snapshots(SnapshotServer server, SnapshotFetch fetch) {
        this.server = server;
        this.fetch = fetch;
    }

    /**
     * What this room works with.
     *
     * @param folder of its files
     * @param rateKib how fast a snapshot is taken, and sent to each that reads it, in KiB a second
     */
    public record Parts(
            Path folder,
            NodeId self,
            PostgresInstance postgres,
            ReplicaLoop loop,
            AppliedIndex appliedIndex,
            PeerCalls peers,
            int rateKib) {
        /** Refuses a rate that PostgreSQL would refuse, with the setting's name. */
        public static int checkedRate(int rateKib) {
            if (rateKib < BaseBackup.RATE_KIB_MIN || rateKib > BaseBackup.RATE_KIB_MAX) {
                throw new IllegalArgumentException("omnisql.snapshot.rate-kib: " + rateKib + " is not between "
                        + BaseBackup.RATE_KIB_MIN + " and " + BaseBackup.RATE_KIB_MAX);
            }
            return rateKib;
        }
    }

    /**
     * What it is at.
     *
     * @param isTaking whether this node's PostgreSQL is being read now
     * @param servedBytes what a snapshot for peers takes on this disk
     * @param isFetching whether this node waits for a snapshot
     * @param fetchedBytes what of it has arrived
     */
    public record Progress(boolean isTaking, long servedBytes, boolean isFetching, long fetchedBytes) {}

    /** Before PostgreSQL starts: its data give way to a snapshot that was fetched. */
    public static void replaceData(Path folder, Path postgresFolder) throws IOException {
        new SnapshotInstaller(SnapshotFolder.open(folder), postgresFolder).replaceData();
    }

    /**
     * When PostgreSQL has recovered and before anything is applied: the mark of its state, until the log durably knows that so much
     * is decided. {@link io.omnisql.omnipaxos.OmniPaxos#snapshotInstalled} must be told first of all.
     */
    public static Optional<SnapshotMark> installed(
            Path folder, Path postgresFolder, long appliedIndex, long durablyDecidedIndex) throws IOException {
        return new SnapshotInstaller(SnapshotFolder.open(folder), postgresFolder)
                .installed(appliedIndex, durablyDecidedIndex);
    }

    /** Serves and fetches from now on; {@code fetched} is called, at most once, when the node should start anew to install one. */
    public static Snapshots start(Parts parts, Runnable fetched) throws IOException {
        SnapshotFolder folder = SnapshotFolder.open(parts.folder());
        var source = new SnapshotTaker.Source(
                parts.postgres(), parts.appliedIndex()::get, parts.loop()::mark, parts.rateKib());
        var target = new SnapshotFetch.Target(parts.self(), parts.loop()::status, parts.appliedIndex()::get);
        return new Snapshots(
                new SnapshotServer(folder, source), new SnapshotFetch(folder, target, parts.peers(), fetched));
    }

    @Override
    public void required(NodeId teller, long minimumIndex) {
        fetch.required(teller, minimumIndex);
    }

    @Override
    public CompletionStage<byte[]> handle(NodeId from, PeerCalls.Kind kind, byte[] payload) {
        return server.handle(from, kind, payload);
    }

    /** Begins one of what is applied now, unless one that new is there already. */
    public void take() throws IOException {
        server.take();
    }

    /** What it is at now. */
    public Progress progress() {
        return new Progress(server.isTaking(), server.bytes(), fetch.isRunning(), fetch.bytes());
    }

    @Override
    public void close() {
        fetch.close();
        server.close();
    }
}
