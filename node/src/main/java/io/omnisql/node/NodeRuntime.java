package io.omnisql.node;

import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.apply.PostgresAnalyzer;
import io.omnisql.node.apply.PostgresApplier;
import io.omnisql.node.apply.PostgresReader;
import io.omnisql.node.gateway.DivergenceMonitor;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.PendingWrites;
import io.omnisql.node.gateway.ReplicaAccess;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgwire.ClusterStatements;
import io.omnisql.node.pgwire.Encryption;
import io.omnisql.node.pgwire.PgServer;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.node.replica.LogTrimmer;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.replica.TrimPolicy;
import io.omnisql.node.transport.Identity;
import io.omnisql.node.transport.PeerTransport;
import io.omnisql.node.transport.TransportSettings;
import io.omnisql.node.wal.WalSettings;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.SnapshotMark;
import io.omnisql.omnipaxos.Standing;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one node and one group, built and started in order: log, PostgreSQL, applier, gateway, replica, peers, and only then
 * clients. Stopped in the reverse order.
 */
final class NodeRuntime implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeRuntime.class);
    private static final Duration POSTGRES_START = Duration.ofMinutes(2);
    private static final Duration CLIENT_START = Duration.ofSeconds(30);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    private static final int INITIAL_LEADER_PRIORITY = 10;
    private static final long LOG_RETAINED_BYTES_MIN = 1 << 20;
    private static final long LOG_SLACK_ENTRIES = 10_000;

    private final NodeConfig config;
    private final Vertx vertx;
    private final Certificates certificates;
    private final @Nullable Encryption encryption;
    private final Runnable snapshotFetched;
    private final Limits limits = Limits.defaults();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private @Nullable Rooms rooms;

    /** @param snapshotFetched called when this node should be closed and a new one started, which installs a snapshot */
    NodeRuntime(NodeConfig config, Vertx vertx, Certificates certificates, Runnable snapshotFetched) {
        this.config = config;
        this.vertx = vertx;
        this.certificates = certificates;
        this.encryption = certificates.ofSqlPort().orElse(null);
        this.snapshotFetched = snapshotFetched;
    }

    /** What others look into: status, metrics, HTTP. */
    record Rooms(
            Membership membership,
            PostgresInstance postgres,
            ReplicaAccess replica,
            PendingWrites pendingWrites,
            PostgresApplier applier,
            PostgresReader reader,
            DivergenceMonitor divergence,
            Gateway gateway,
            PgServer sqlServer,
            LogActivity log,
            PeerTraffic traffic,
            NodeSnapshots snapshots) {}

    Rooms rooms() {
        Rooms built = rooms;
        if (built == null) {
            throw new IllegalStateException("The node has not started");
        }
        return built;
    }

    /** Starts everything; returns when clients are served. What was started is stopped by {@link #close} even after a failure. */
    void start() throws IOException {
        Membership membership = Membership.of(config);
        FirstRole firstRole = FirstRole.of(config);
        TrimPolicy trimPolicy = trimPolicy();
        Path folder = config.node().dataFolder().toAbsolutePath();
        Files.createDirectories(folder);
        Ground ground = ground(membership, folder);
        NodeSnapshots.Beginning beginning = ground.snapshots.begin(ground.postgres, ground.log.recovered());
        var transport = closing(transport(membership));
        Rooms built = build(ground, transport);
        rooms = built;
        run(ground, built, transport, beginning.installed());
        closing(LogTrimmer.start(ground.loop, ground.log, built.applier::durableAppliedIndex, trimPolicy));
        if (beginning.lacksEntries()) {
            // Clients must not see what this PostgreSQL holds, perhaps nothing at all.
            ground.snapshots.required(membership.self(), ground.log.recovered().compactedIndex());
        } else {
            listen(built.sqlServer);
            bootstrap(built.gateway, ground.postgres, firstRole);
        }
    }

    /** What the other rooms stand on: the log and a PostgreSQL that has recovered. */
    private record Ground(
            Membership membership,
            PostgresInstance postgres,
            ReplicaLoop loop,
            AppliedIndex applied,
            WriteAheadLog log,
            NodeSnapshots snapshots) {}

    private Ground ground(Membership membership, Path folder) throws IOException {
        var snapshots = new NodeSnapshots(config, folder);
        PostgresInstance postgres = closing(
                new NodePostgres(config.postgres(), limits, snapshots.postgresFolder()).start(snapshots::replaceData));
        var loop = closing(new ReplicaLoop(limits.mailboxMax(), new ProcessEnd()));
        var applied = new AppliedIndex(limits.appliedWaitersMax());
        WriteAheadLog log = closing(WriteAheadLog.open(
                folder.resolve("log"), membership.configuration().id(), WalSettings.defaults(), loop));
        postgres.awaitReady(POSTGRES_START);
        DatabaseBootstrap.prepare(postgres);
        return new Ground(membership, postgres, loop, applied, log, snapshots);
    }

    private Rooms build(Ground ground, PeerTransport transport) {
        PostgresInstance postgres = ground.postgres;
        var replica = new ReplicaAccess(ground.loop, ground.applied);
        var deliveries = Executors.newVirtualThreadPerTaskExecutor();
        started.push(deliveries::shutdown);
        var pendingWrites = new PendingWrites(deliveries);
        var applier = closing(new PostgresApplier(postgres, ground.log, ground.applied, pendingWrites, limits));
        var reader = closing(new PostgresReader(
                postgres, ground.applied, limits, config.sql().timeout()));
        var divergence = new DivergenceMonitor(applier.digests(), transport, ground.membership.others());
        var planner = closing(new PostgresAnalyzer(postgres, applier::catalogVersion));
        var gateway = closing(new Gateway(
                new Gateway.Parts(replica, planner, pendingWrites, reader, transport, divergence),
                new Gateway.Bounds(limits.entryBytesMax(), limits.writesInFlightMax(), limits.appliedWaitersMax())));
        return new Rooms(
                ground.membership,
                postgres,
                replica,
                pendingWrites,
                applier,
                reader,
                divergence,
                gateway,
                sqlServer(postgres, gateway),
                ground.log,
                transport.traffic(),
                closing(ground.snapshots));
    }

    private void run(Ground ground, Rooms built, PeerTransport transport, Optional<SnapshotMark> installed)
            throws IOException {
        Membership membership = ground.membership;
        OmniPaxos core = core(membership, ground.log.recovered());
        installed.ifPresent(core::snapshotInstalled);
        ground.snapshots.start(
                new NodeSnapshots.Neighbours(
                        membership.self(), ground.postgres, ground.loop, ground.applied, transport),
                snapshotFetched);
        built.applier.start();
        built.gateway.start();
        ground.loop.start(new ReplicaLoop.Parts(
                core,
                ground.log,
                transport,
                built.applier,
                built.gateway,
                ground.snapshots,
                config.timing().tick()));
        closing(ground.loop); // Before the log, into which it writes.
        transport.start(ground.loop, ground.snapshots.withGateway(built.gateway));
        if (shallLeadFirst(membership, ground.log.recovered())) {
            InitialLeadership.claim(vertx, ground.loop, membership.self());
        }
    }

    private TrimPolicy trimPolicy() {
        long bytes = config.log().retainedBytes();
        if (bytes < LOG_RETAINED_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "omnisql.log.retained-bytes: " + bytes + " is less than " + LOG_RETAINED_BYTES_MIN);
        }
        return new TrimPolicy(bytes, LOG_SLACK_ENTRIES);
    }

    private <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
    }

    private PeerTransport transport(Membership membership) {
        var addresses = new TreeMap<NodeId, SocketAddress>();
        membership
                .addresses()
                .forEach((node, address) ->
                        addresses.put(node, SocketAddress.inetSocketAddress(address.port(), address.host())));
        return new PeerTransport(
                vertx,
                new Identity(
                        config.cluster().id(),
                        membership.self(),
                        membership.configuration().id()),
                addresses,
                TransportSettings.of(
                        config.peer().host(),
                        config.peer().port(),
                        limits.frameBytesMax(),
                        limits.peerQueueBytesMax()));
    }

    private PgServer sqlServer(PostgresInstance postgres, Gateway gateway) {
        var settings = new PgServer.Settings(
                config.sql().host(),
                config.sql().port(),
                postgres.tcpAddress().getHostString(),
                postgres.tcpAddress().getPort(),
                postgres.superuser(),
                config.sql().defaultReadLevel(),
                config.sql().timeout(),
                CLIENT_START,
                limits.clientConnectionsMax(),
                limits.clientMessageBytesMax());
        var server = new PgServer(
                vertx,
                settings,
                encryption,
                ClusterStatements.of(gateway),
                () -> postgres.isReady()
                        ? Optional.empty()
                        : Optional.of(SqlError.of("57P03", "this node's PostgreSQL is starting up")));
        certificates.onRenewalOfSqlPort(server::renew);
        return server;
    }

    /** Only a new cluster lets the settings choose: later elections choose among those who are there. */
    private boolean shallLeadFirst(Membership membership, DurableState recovered) {
        return recovered.promise().isNone()
                && config.cluster()
                        .initialLeader()
                        .filter(id -> id == membership.self().value())
                        .isPresent();
    }

    private OmniPaxos core(Membership membership, DurableState recovered) {
        Settings defaults = Settings.defaults();
        var settings = new Settings(
                shallLeadFirst(membership, recovered) ? INITIAL_LEADER_PRIORITY : defaults.priority(),
                config.timing().electionTimeoutTicks(),
                config.timing().resendTicks(),
                defaults.retainedBytes(),
                defaults.catchUpEntriesMax(),
                defaults.proposalsInFlightMax());
        return new OmniPaxos(membership.self(), Standing.founding(membership.configuration()), settings, recovered);
    }

    private void listen(PgServer server) throws IOException {
        try {
            server.start().toCompletableFuture().get(CLIENT_START.toSeconds(), TimeUnit.SECONDS);
            started.push(() -> server.stop(STOP_GRACE));
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The SQL port " + config.sql().port() + " cannot be opened: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted at the start", e);
        }
    }

    private void bootstrap(Gateway gateway, PostgresInstance postgres, FirstRole firstRole) throws IOException {
        var _ = new Bootstrap(config, gateway, postgres.superuser(), firstRole)
                .run()
                .exceptionally(failure -> {
                    LOG.error("The cluster could not be set up", failure);
                    return null;
                });
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) { // One room that fails to stop must not keep the others running.
                LOG.warnf(
                        e,
                        "A part of the node did not stop in order: %s",
                        part.getClass().getSimpleName());
            }
        }
    }
}
