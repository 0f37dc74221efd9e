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
import io.omnisql.node.pgwire.PgServer;
import io.omnisql.node.postgres.EmbeddedPostgres;
import io.omnisql.node.postgres.ExternalPostgres;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.transport.Identity;
import io.omnisql.node.transport.PeerTransport;
import io.omnisql.node.transport.TransportSettings;
import io.omnisql.node.wal.WalSettings;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
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

    private final NodeConfig config;
    private final Vertx vertx;
    private final Limits limits = Limits.defaults();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private @Nullable Rooms rooms;

    NodeRuntime(NodeConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
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
            PeerTraffic traffic) {}

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
        Path folder = config.node().dataFolder().toAbsolutePath();
        Files.createDirectories(folder);
        PostgresInstance postgres = closing(postgres(folder));
        var loop = closing(new ReplicaLoop(limits.mailboxMax(), new ProcessEnd()));
        var applied = new AppliedIndex(limits.appliedWaitersMax());
        var replica = new ReplicaAccess(loop, applied);
        WriteAheadLog log = closing(WriteAheadLog.open(
                folder.resolve("log"), membership.configuration().id(), WalSettings.defaults(), loop));
        postgres.awaitReady(POSTGRES_START);
        DatabaseBootstrap.prepare(postgres);

        var deliveries = Executors.newVirtualThreadPerTaskExecutor();
        started.push(deliveries::shutdown);
        var pendingWrites = new PendingWrites(deliveries);
        var applier = closing(new PostgresApplier(postgres, log, applied, pendingWrites, limits));
        var reader = closing(
                new PostgresReader(postgres, applied, limits, config.sql().timeout()));
        var transport = closing(transport(membership));
        var divergence = new DivergenceMonitor(applier.digests(), transport, membership.others());
        var planner = closing(new PostgresAnalyzer(postgres, applier::catalogVersion));
        var gateway = closing(new Gateway(
                new Gateway.Parts(replica, planner, pendingWrites, reader, transport, divergence),
                new Gateway.Bounds(limits.entryBytesMax(), limits.writesInFlightMax(), limits.appliedWaitersMax())));
        PgServer sqlServer = sqlServer(postgres, gateway);
        rooms = new Rooms(
                membership,
                postgres,
                replica,
                pendingWrites,
                applier,
                reader,
                divergence,
                gateway,
                sqlServer,
                log,
                transport.traffic());

        OmniPaxos core = core(membership, log.recovered());
        applier.start();
        gateway.start();
        loop.start(new ReplicaLoop.Parts(
                core, log, transport, applier, gateway, config.timing().tick()));
        transport.start(loop, gateway);
        if (shallLeadFirst(membership, log.recovered())) {
            InitialLeadership.claim(vertx, loop, membership.self());
        }
        listen(sqlServer);
        bootstrap(gateway, postgres, firstRole);
    }

    private <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
    }

    private PostgresInstance postgres(Path folder) throws IOException {
        NodeConfig.Postgres settings = config.postgres();
        Path socketFolder = settings.socketFolder().orElseGet(() -> shortSocketFolder(folder));
        return switch (settings.mode()) {
            case EMBEDDED ->
                EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                        folder.resolve("postgresql"),
                        settings.binariesFolder().orElse(defaultBinaries()),
                        socketFolder,
                        settings.port(),
                        limits.clientConnectionsMax(),
                        Map.of()));
            case EXTERNAL ->
                ExternalPostgres.watch(
                        socketFolder,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()),
                        settings.systemUser(),
                        settings.systemPasswordFile()
                                .orElseThrow(() -> new IllegalArgumentException("omnisql.postgres.system-password-file:"
                                        + " an external PostgreSQL needs it, for the node's own questions over TCP")));
        };
    }

    /** A socket's path may have a hundred bytes at most, a data folder's any length. */
    private static Path shortSocketFolder(Path folder) {
        String name = "omnisql-" + Integer.toHexString(folder.hashCode());
        return Path.of(System.getProperty("java.io.tmpdir"), name);
    }

    private static Path defaultBinaries() {
        return Path.of(System.getProperty("user.home"), ".cache", "omnisql");
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
        return new PgServer(
                vertx,
                settings,
                ClusterStatements.of(gateway),
                () -> postgres.isReady()
                        ? Optional.empty()
                        : Optional.of(SqlError.of("57P03", "this node's PostgreSQL is starting up")));
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
