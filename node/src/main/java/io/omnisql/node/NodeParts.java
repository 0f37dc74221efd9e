package io.omnisql.node;

import io.omnisql.node.admin.NodeFacts;
import io.omnisql.node.admin.NodeFacts.ApplierState;
import io.omnisql.node.admin.NodeView;
import io.omnisql.node.apply.ApplyStatus;
import io.omnisql.node.apply.DatabaseBootstrap;
import io.omnisql.node.http.SqlDoor;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/** Opens a started node to the HTTP rooms, which exist before it and outlive it. */
@Singleton
class NodeParts {
    private static final Logger LOG = Logger.getLogger(NodeParts.class);
    private static final Duration VERSION_MAX = Duration.ofSeconds(5);

    private final NodeConfig config;
    private final NodeView view;
    private final SqlDoor door;

    @Inject
    NodeParts(NodeConfig config, NodeView view, SqlDoor door) {
        this.config = config;
        this.view = view;
        this.door = door;
    }

    void publish(NodeRuntime runtime) {
        NodeRuntime.Rooms rooms = runtime.rooms();
        view.open(new NodeFacts(
                rooms.membership().self(),
                config.node().location(),
                config.cluster().id(),
                rooms.membership().others(),
                rooms.replica(),
                rooms.gateway(),
                rooms.pendingWrites(),
                rooms.divergence(),
                rooms.applier().digests(),
                new EdgeView(rooms, postgresVersion(rooms.postgres()))));
        door.open(new SqlDoor.Parts(
                rooms.gateway(),
                rooms.reader(),
                rooms.postgres().superuser(),
                config.sql().defaultReadLevel(),
                config.sql().timeout(),
                Limits.defaults().httpRequestsMax()));
    }

    void withdraw() {
        door.close();
        view.close();
    }

    private static String postgresVersion(PostgresInstance postgres) {
        try (var session = PostgresSession.open(
                postgres.socketAddress(), postgres.superuser(), DatabaseBootstrap.DATABASE, Map.of(), VERSION_MAX)) {
            return session.single("SHOW server_version");
        } catch (IOException e) {
            LOG.warnf("PostgreSQL's version could not be asked for: %s", e.getMessage());
            return "unknown";
        }
    }

    private record EdgeView(NodeRuntime.Rooms rooms, String postgresVersion) implements NodeFacts.Outside {
        @Override
        public boolean isPostgresReady() {
            return rooms.postgres().isReady();
        }

        @Override
        public boolean isSqlPortOpen() {
            return rooms.sqlServer().isOpen();
        }

        @Override
        public ApplierState applierState() {
            return switch (rooms.applier().status().state()) {
                case ApplyStatus.State.Starting ignored -> ApplierState.STARTING;
                case ApplyStatus.State.Running ignored -> ApplierState.RUNNING;
                case ApplyStatus.State.Retrying ignored -> ApplierState.RETRYING;
                case ApplyStatus.State.Stopped ignored -> ApplierState.STOPPED;
            };
        }

        @Override
        public long durableAppliedIndex() {
            return rooms.applier().durableAppliedIndex();
        }

        @Override
        public int sqlConnections() {
            return rooms.sqlServer().sessions();
        }
    }
}
