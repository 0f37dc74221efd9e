package io.omnisql.node;

import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.replica.SnapshotNeeds;
import io.omnisql.node.snapshot.Snapshots;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.SnapshotMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How a node begins, and goes on, from a state instead of from the log. */
final class NodeSnapshots implements SnapshotNeeds, AutoCloseable {
    private final Path folder;
    private final int rateKib;
    private volatile @Nullable Snapshots snapshots;

    /**
     * Serves nothing yet.
     *
     * @param dataFolder of the node
     * @param rateKib how fast one is taken and sent, in KiB a second
     */
    NodeSnapshots(Path dataFolder, int rateKib) {
        this.folder = dataFolder;
        this.rateKib = rateKib;
    }

    private Path ownFolder() {
        return folder.resolve("snapshots");
    }

    Path postgresFolder() {
        return folder.resolve("postgresql");
    }

    /** While PostgreSQL does not run. */
    void replaceData() throws IOException {
        Snapshots.replaceData(ownFolder(), postgresFolder());
    }

    /**
     * What PostgreSQL holds at the start.
     *
     * @param installed what the core must be told first
     * @param lacksEntries whether the log does not reach back to it: only a snapshot helps
     */
    record Beginning(Optional<SnapshotMark> installed, boolean lacksEntries) {}

    /** When PostgreSQL is prepared, before anything is applied. */
    Beginning begin(PostgresInstance postgres, DurableState recovered) throws IOException {
        long applied = DatabaseBootstrap.appliedIndex(postgres);
        Optional<SnapshotMark> installed =
                Snapshots.installed(ownFolder(), postgresFolder(), applied, recovered.decidedIndex());
        return new Beginning(installed, applied < recovered.compactedIndex());
    }

    /** The rooms that this one connects. */
    record Neighbours(
            NodeId self, PostgresInstance postgres, ReplicaLoop loop, AppliedIndex appliedIndex, PeerCalls peers) {}

    /** Serves and fetches from now on. */
    void start(Neighbours rooms, Runnable fetched) throws IOException {
        snapshots = Snapshots.start(
                new Snapshots.Parts(
                        ownFolder(), rooms.self, rooms.postgres, rooms.loop, rooms.appliedIndex, rooms.peers, rateKib),
                fetched);
    }

    @Override
    public void required(NodeId teller, long minimumIndex) {
        Snapshots running = snapshots;
        if (running != null) {
            running.required(teller, minimumIndex);
        }
    }

    /** What it is at; nothing at all before the start. */
    Snapshots.Progress progress() {
        Snapshots running = snapshots;
        return running == null ? new Snapshots.Progress(false, 0, false, 0) : running.progress();
    }

    /** Answers peers that need one. */
    CompletionStage<byte[]> handle(NodeId from, PeerCalls.Kind kind, byte[] payload) {
        Snapshots running = snapshots;
        return running == null
                ? CompletableFuture.failedFuture(new IOException("This node's snapshots have not started"))
                : running.handle(from, kind, payload);
    }

    /** One is taken and kept for a while, whoever may need it; fails while an older one is in use. */
    Snapshots.Progress take() throws IOException {
        Snapshots running = snapshots;
        if (running == null) {
            throw new IOException("This node's snapshots have not started");
        }
        running.take();
        return running.progress();
    }

    @Override
    public void close() {
        Snapshots running = snapshots;
        if (running != null) {
            running.close();
        }
    }
}
