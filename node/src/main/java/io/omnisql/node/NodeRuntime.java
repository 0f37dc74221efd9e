package io.omnisql.node;

import io.omnisql.node.apply.Consent;
import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.apply.PostgresAnalyzer;
import io.omnisql.node.apply.PostgresApplier;
import io.omnisql.node.apply.PostgresReader;
import io.omnisql.node.gateway.DivergenceMonitor;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.PendingWrites;
import io.omnisql.node.gateway.ReplicaAccess;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.membership.HandOver;
import io.omnisql.node.membership.IdentityFile;
import io.omnisql.node.membership.NodeIdentity.Belonging;
import io.omnisql.node.membership.Progress;
import io.omnisql.node.membership.Reconfiguration;
import io.omnisql.node.membership.StatusWatch;
import io.omnisql.node.pgwire.ClusterStatements;
import io.omnisql.node.pgwire.Encryption;
import io.omnisql.node.pgwire.PgServer;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.node.replica.LogTrimmer;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.transport.Identity;
import io.omnisql.node.transport.PeerTransport;
import io.omnisql.node.transport.TransportSettings;
import io.omnisql.node.wal.WalSettings;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one node and one group, built and started in order: log, PostgreSQL, applier, gateway, replica, peers, and only then
 * clients. Stopped in the reverse order.
 */
final class NodeRuntime implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeRuntime.class);

    /** Recovery after a crash takes as long as it takes; a node that gave up would begin it anew. */
    private static final Duration POSTGRES_START = Duration.ofHours(1);

    private static final Duration CLIENT_START = Duration.ofSeconds(30);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    private static final int INITIAL_LEADER_PRIORITY = 10;
    private static final long FIRST_CONFIGURATION_ID = 1;

    private final NodeConfig config;
    private final RoomSettings settings;
    private final Vertx vertx;
    private final Certificates certificates;
    private final @Nullable Encryption encryption;
    private final Cluster cluster;
    private final Limits limits = Limits.defaults();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private volatile @Nullable Rooms rooms;

    /** Of a node that belongs to a cluster. */
    NodeRuntime(NodeConfig config, Vertx vertx, Certificates certificates, Cluster cluster) {
        this.config = config;
        this.settings = RoomSettings.of(config);
        this.vertx = vertx;
        this.certificates = certificates;
        this.encryption = certificates.ofSqlPort().orElse(null);
        this.cluster = cluster;
    }

    /**
     * What outlives the rooms.
     *
     * @param snapshotFetched called when this node should be closed and a new one started, which installs a snapshot
     * @param membersChanged called when other members are in force
     */
    record Cluster(
            ClusterSettings settings, IdentityFile identityFile, Runnable snapshotFetched, Runnable membersChanged) {
        Belonging identity() {
            return identityFile.get().belonging();
        }
    }

    /** What membership is ruled by. */
    record Rule(
            ConfigurationSwitch configuration,
            StatusWatch watch,
            Reconfiguration reconfiguration,
            HandOver handOver,
            Progress progress) {}

    /** What others look into: status, metrics, HTTP. */
    record Rooms(
            Rule rule,
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

    Belonging identity() {
        return cluster.identity();
    }

    /** Nothing until they are built. */
    Optional<Rooms> built() {
        return Optional.ofNullable(rooms);
    }

    Rooms rooms() {
        Rooms built = rooms;
        if (built == null) {
            throw new IllegalStateException("The node has not started");
        }
        return built;
    }

    /** Starts everything; returns when clients are served. What was started is stopped by {@link #close} even after a failure. */
    void start() throws IOException {
        Path folder = config.node().dataFolder().toAbsolutePath();
        Ground ground = ground(folder);
        NodeSnapshots.Beginning beginning = ground.snapshots.begin(ground.postgres, ground.log.recovered());
        OmniPaxos core = core(ground.log.recovered());
        beginning.installed().ifPresent(core::snapshotInstalled);
        EventLoops loops = closing(EventLoops.begin(vertx));
        var transport = closing(transport(loops));
        Rooms built = build(ground, transport, core.status().configuration());
        rooms = built;
        if (built.rule.configuration.isRemoved()) {
            built.gateway.startedRemoved(); // Nobody tells this node once more: its own log knows.
        }
        run(ground, built, transport, core);
        closing(LogTrimmer.start(ground.loop, ground.log, built.applier::durableAppliedIndex, settings.trimPolicy()));
        if (beginning.lacksEntries()) {
            // Clients must not see what this PostgreSQL holds, perhaps nothing at all.
            ground.snapshots.required(
                    cluster.identity().self(), ground.log.recovered().compactedIndex());
        } else {
            listen(built.sqlServer, loops.sessions());
            if (cluster.identity().beginning().founded()) {
                bootstrap(built.gateway, ground.postgres);
            }
        }
    }

    /** What the other rooms stand on: the log and a PostgreSQL that has recovered. */
    private record Ground(
            PostgresInstance postgres,
            ReplicaLoop loop,
            AppliedIndex applied,
            WriteAheadLog log,
            NodeSnapshots snapshots) {}

    private Ground ground(Path folder) throws IOException {
        var snapshots = new NodeSnapshots(folder, settings.snapshotRateKib());
        PostgresInstance postgres = closing(
                new NodePostgres(config.postgres(), settings.postgresParameters(), limits, snapshots.postgresFolder())
                        .start(snapshots::replaceData));
        var loop = closing(new ReplicaLoop(limits.mailboxMax(), Limits.mailboxBytesMax(), new ProcessEnd()));
        var applied = new AppliedIndex(limits.appliedWaitersMax());
        WriteAheadLog log = closing(
                WriteAheadLog.open(folder.resolve("log"), FIRST_CONFIGURATION_ID, WalSettings.defaults(), loop));
        cluster.identityFile.logBegun(); // Before anything is promised in it.
        postgres.awaitReady(POSTGRES_START);
        DatabaseBootstrap.prepare(postgres);
        return new Ground(postgres, loop, applied, log, snapshots);
    }

    private Rooms build(Ground ground, PeerTransport transport, Configuration first) throws IOException {
        Rule rule = rule(ground, transport, first);
        PostgresInstance postgres = ground.postgres;
        var replica = new ReplicaAccess(ground.loop, ground.applied);
        var deliveries = Executors.newVirtualThreadPerTaskExecutor();
        started.push(deliveries::shutdown);
        var pendingWrites = new PendingWrites(deliveries);
        Path folder = config.node().dataFolder().toAbsolutePath();
        Consent consent = new Members(ground.loop, cluster.identity().self())
                .consent(folder, settings.executionMax(), ground.log, transport);
        var applier = closing(new PostgresApplier(
                new PostgresApplier.Parts(postgres, ground.log, ground.applied, pendingWrites, consent), limits));
        var reader = closing(new PostgresReader(
                postgres, ground.applied, limits, config.sql().timeout()));
        var divergence = new DivergenceMonitor(applier.digests(), transport, rule.configuration::others);
        var planner = closing(new PostgresAnalyzer(postgres, applier::catalogVersion));
        @Nullable Supplier<List<NodeId>> asked = cluster.settings.isReader() ? rule.configuration::others : null;
        var gateway = closing(new Gateway(
                new Gateway.Parts(replica, planner, pendingWrites, reader, transport, divergence, asked),
                new Gateway.Bounds(limits.entryBytesMax(), limits.writesInFlightMax(), limits.appliedWaitersMax())));
        return new Rooms(
                rule,
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

    /** Clients go elsewhere: this node is about to be stopped. */
    private void removed() {
        built().ifPresent(rooms -> {
            rooms.gateway().removed();
            rooms.sqlServer().drain(true);
        });
    }

    private Rule rule(Ground ground, PeerTransport transport, Configuration first) {
        var watch = new StatusWatch(ground.loop);
        var followers = new ConfigurationSwitch.Followers(
                ground.loop, transport, cluster.membersChanged, this::removed, new ProcessEnd());
        var configuration = closing(new ConfigurationSwitch(cluster.settings, cluster.identityFile, first, followers));
        return new Rule(
                configuration,
                watch,
                new Reconfiguration(ground.loop, watch, configuration::roster),
                new HandOver(ground.loop, watch, transport),
                closing(Progress.start(ground.loop, transport, ground.applied::get)));
    }

    private void run(Ground ground, Rooms built, PeerTransport transport, OmniPaxos core) throws IOException {
        Rule rule = built.rule;
        NodeId self = cluster.identity().self();
        ground.snapshots.start(
                new NodeSnapshots.Neighbours(self, ground.postgres, ground.loop, ground.applied, transport),
                cluster.snapshotFetched);
        built.applier.start();
        built.gateway.start();
        ground.loop.start(new ReplicaLoop.Parts(
                core,
                ground.log,
                transport,
                built.applier,
                new ReplicaEvents(built.gateway, rule.configuration, rule.watch),
                ground.snapshots,
                new AfterThis(),
                settings.tick()));
        closing(ground.loop); // Before the log, into which it writes.
        var answers = new PeerAnswers(built.gateway, ground.snapshots, rule.handOver, rule.progress, built.applier);
        transport.start(
                cluster.settings.directory(rule.configuration.current()),
                new PeerTransport.Rooms(
                        ground.loop, answers, question -> rule.configuration.introduce(question, rule.progress)));
        if (shallLeadFirst(ground.log.recovered())) {
            InitialLeadership.claim(vertx, ground.loop);
        } else {
            ground.loop.setPriority(rule.configuration.priority());
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
    }

    private PeerTransport transport(EventLoops loops) {
        Belonging identity = cluster.identity();
        return new PeerTransport(
                vertx,
                new PeerTransport.Loops(loops.messages(), loops.heartbeats()),
                new Identity(
                        identity.clusterUid(), identity.self(), identity.incarnation(), cluster.settings.address()),
                transportSettings(config, certificates));
    }

    static TransportSettings transportSettings(NodeConfig config, Certificates certificates) {
        Limits limits = Limits.defaults();
        var plain = TransportSettings.of(
                config.peer().host(), config.peer().port(), limits.frameBytesMax(), limits.peerQueueBytesMax());
        return certificates.ofPeerPort().map(plain::encrypted).orElse(plain);
    }

    private PgServer sqlServer(PostgresInstance postgres, Gateway gateway) {
        var server = new PgServer.Settings(
                config.sql().host(),
                config.sql().port(),
                postgres.tcpAddress().getHostString(),
                postgres.tcpAddress().getPort(),
                postgres.superuser(),
                config.sql().defaultReadLevel(),
                config.sql().timeout(),
                CLIENT_START,
                limits.clientConnectionsMax(),
                limits.clientMessageBytesMax(),
                Limits.clientBytesMax(),
                cluster.settings.isReader());
        return new PgServer(
                vertx,
                server,
                encryption,
                ClusterStatements.of(gateway),
                () -> gateway.unavailability()
                        .or(() -> postgres.isReady()
                                ? Optional.empty()
                                : Optional.of(SqlError.of("57P03", "this node's PostgreSQL is starting up"))));
    }

    /** Only a new cluster lets the settings choose: later elections choose among those who are there. */
    private boolean shallLeadFirst(DurableState recovered) {
        Belonging identity = cluster.identity();
        return recovered.promise().isNone()
                && identity.beginning().founded()
                && config.cluster()
                        .initialLeader()
                        .filter(id -> id == identity.self().value())
                        .isPresent();
    }

    private OmniPaxos core(DurableState recovered) {
        Belonging identity = cluster.identity();
        Settings protocol =
                shallLeadFirst(recovered) ? settings.protocol(INITIAL_LEADER_PRIORITY) : settings.protocol();
        Configuration first = identity.beginning().configuration().configuration();
        Standing standing =
                identity.beginning().founded() ? Standing.founding(first) : Standing.joining(identity.self(), first);
        return new OmniPaxos(identity.self(), standing, protocol, recovered);
    }

    private void listen(PgServer server, List<Context> loops) throws IOException {
        try {
            server.start(loops).toCompletableFuture().get(CLIENT_START.toSeconds(), TimeUnit.SECONDS);
            started.push(() -> server.stop(STOP_GRACE));
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The SQL port " + config.sql().port() + " cannot be opened: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted at the start", e);
        }
    }

    private void bootstrap(Gateway gateway, PostgresInstance postgres) throws IOException {
        var _ = new Bootstrap(config, gateway, postgres.superuser(), settings.firstRole())
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
