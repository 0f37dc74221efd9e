package io.omnisql.node;

import io.omnisql.node.admin.NodeFacts;
import io.omnisql.node.admin.NodeView;
import io.omnisql.node.http.SqlDoor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Opens a started node to the HTTP rooms, which exist before it and outlive it. */
@Singleton
class NodeParts {
    private static final int HTTP_REQUESTS_MAX = 200;

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
                new EdgeView(rooms)));
        door.open(new SqlDoor.Parts(
                rooms.gateway(),
                rooms.reader(),
                rooms.postgres().superuser(),
                config.sql().defaultReadLevel(),
                config.sql().timeout(),
                HTTP_REQUESTS_MAX));
    }

    void withdraw() {
        door.close();
    }

    private record EdgeView(NodeRuntime.Rooms rooms) implements NodeFacts.Outside {
        @Override
        public boolean isPostgresReady() {
            return rooms.postgres().isReady();
        }

        @Override
        public String postgresVersion() {
            return "unknown";
        }

        @Override
        public boolean isSqlPortOpen() {
            return true;
        }

        @Override
        public int sqlConnections() {
            return rooms.sqlServer().sessions();
        }
    }
}
