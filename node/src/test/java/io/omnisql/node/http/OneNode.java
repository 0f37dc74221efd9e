package io.omnisql.node.http;

import io.omnisql.node.Limits;
import io.omnisql.node.admin.NodeFacts;
import io.omnisql.node.admin.NodeFacts.ApplierState;
import io.omnisql.node.apply.Consent;
import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.apply.PostgresAnalyzer;
import io.omnisql.node.apply.PostgresApplier;
import io.omnisql.node.apply.PostgresReader;
import io.omnisql.node.gateway.DivergenceMonitor;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.gateway.PendingWrites;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.ReplicaAccess;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.TestPostgres;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.wal.WalSettings;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A cluster of one node in this process, with a real PostgreSQL and a real log; everything behind the HTTP rooms. */
final class OneNode implements AutoCloseable {
    static final String ROLE = "app";
    static final String PASSWORD = "secret";
    private static final NodeId SELF = new NodeId(1);
    private static final PeerTraffic NO_TRAFFIC = new PeerTraffic() {
        @Override
        public Figures with(NodeId peer) {
            return new Figures(0, 0, 0, 0, 0);
        }

        @Override
        public long refusedHandshakes() {
            return 0;
        }
    };
    private static final Duration TICK = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final TestPostgres postgres = TestPostgres.start();
    private final ExecutorService delivery = Executors.newVirtualThreadPerTaskExecutor();
    private final Limits limits = Limits.defaults();
    private final AppliedIndex applied = new AppliedIndex(limits.appliedWaitersMax());
    private final ReplicaLoop loop = new ReplicaLoop(limits.mailboxMax(), 64L << 20, (reason, cause) -> {
        throw new AssertionError(reason, cause);
    });
    private final ReplicaAccess replica = new ReplicaAccess(loop, applied);
    private final PendingWrites pending = new PendingWrites(delivery);
    private final WriteAheadLog log;
    private final PostgresApplier applier;
    private final PostgresReader reader;
    private final PostgresAnalyzer planner;
    private final DivergenceMonitor divergence;
    private final Gateway gateway;

    private OneNode() throws IOException {
        DatabaseBootstrap.prepare(postgres.instance());
        try (PostgresSession session = session()) {
            session.execute("CREATE ROLE " + ROLE + " LOGIN CREATEROLE PASSWORD '" + PASSWORD
                    + "'; ALTER DATABASE omnisql OWNER TO " + ROLE);
        }
        log = WriteAheadLog.open(postgres.folder().resolve("log"), 1, WalSettings.defaults(), loop);
        PeerCalls nobody =
                (peer, kind, payload, timeout) -> CompletableFuture.failedFuture(new IOException("No such peer"));
        var consent = new Consent(
                postgres.folder().resolve("held-slot"),
                0,
                nobody,
                List::of,
                ruling -> loop.propose(Long.MIN_VALUE, ruling),
                TIMEOUT);
        applier = new PostgresApplier(
                new PostgresApplier.Parts(postgres.instance(), log, applied, pending, consent), limits);
        reader = new PostgresReader(postgres.instance(), applied, limits, TIMEOUT);
        planner = new PostgresAnalyzer(postgres.instance(), applier::catalogVersion);
        divergence = new DivergenceMonitor(applier.digests(), nobody, List::of);
        gateway = new Gateway(
                new Gateway.Parts(replica, planner, pending, reader, nobody, divergence, null),
                new Gateway.Bounds(limits.entryBytesMax(), limits.writesInFlightMax(), limits.appliedWaitersMax()));
    }

    static OneNode start() throws IOException {
        var node = new OneNode();
        node.applier.start();
        node.gateway.start();
        var core = new OmniPaxos(
                SELF,
                Standing.founding(Configuration.ofMajorities(1, List.of(SELF))),
                Settings.defaults(),
                node.log.recovered());
        node.loop.start(new ReplicaLoop.Parts(
                core,
                node.log,
                (to, message) -> {},
                node.applier,
                node.gateway,
                (teller, index) -> {},
                Runnable::run,
                TICK));
        return node;
    }

    SqlDoor.Parts sql() {
        return new SqlDoor.Parts(
                gateway, reader, postgres.instance().superuser(), ReadLevel.LEADER, TIMEOUT, limits.httpRequestsMax());
    }

    NodeFacts facts() {
        return new NodeFacts(
                SELF,
                "here",
                "test",
                List::of,
                replica,
                gateway,
                pending,
                divergence,
                applier.digests(),
                log,
                NO_TRAFFIC,
                new Outside());
    }

    private final class Outside implements NodeFacts.Outside {
        @Override
        public boolean isReader() {
            return false;
        }

        @Override
        public boolean hasCaughtUp() {
            return true;
        }

        @Override
        public long lagEntries() {
            return 0;
        }

        @Override
        public boolean isPostgresReady() {
            return postgres.instance().isReady();
        }

        @Override
        public long databaseBytes() {
            return 0;
        }

        @Override
        public long postgresSessions() {
            return 0;
        }

        @Override
        public LogActivity.DiskUse logDiskUse() {
            try {
                return log.diskUse();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public LogActivity.Retained logRetained() {
            try {
                return log.retained();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public NodeFacts.SnapshotProgress snapshots() {
            return new NodeFacts.SnapshotProgress(false, 0, false, 0);
        }

        @Override
        public String postgresVersion() {
            return "test";
        }

        @Override
        public boolean isSqlPortOpen() {
            return true;
        }

        @Override
        public ApplierState applierState() {
            return ApplierState.RUNNING;
        }

        @Override
        public Optional<NodeFacts.Slow> slowCommand() {
            return applier.slowCommand()
                    .map(command ->
                            new NodeFacts.Slow(command.slot(), command.since().toSeconds()));
        }

        @Override
        public long durableAppliedIndex() {
            return applier.durableAppliedIndex();
        }

        @Override
        public int sqlConnections() {
            return 0;
        }
    }

    /** A session of the superuser beside the log. */
    PostgresSession session() throws IOException {
        return postgres.session(DatabaseBootstrap.DATABASE);
    }

    @Override
    public void close() {
        gateway.close();
        loop.close();
        applier.close();
        planner.close();
        reader.close();
        log.close();
        delivery.close();
        postgres.close();
    }
}
