package io.omnisql.node;

import io.omnisql.node.admin.AdminDoor;
import io.omnisql.node.admin.NodeFacts;
import io.omnisql.node.admin.NodeFacts.ApplierState;
import io.omnisql.node.admin.NodeFacts.Slow;
import io.omnisql.node.admin.NodeFacts.SnapshotProgress;
import io.omnisql.node.admin.NodeView;
import io.omnisql.node.apply.ApplyStatus;
import io.omnisql.node.http.SqlDoor;
import io.omnisql.node.membership.MembershipAdmin;
import io.omnisql.node.postgres.CatalogQuestions;
import io.omnisql.node.postgres.CatalogQuestions.Answer;
import io.omnisql.node.postgres.SystemCredentials;
import io.omnisql.node.replica.LogActivity.DiskUse;
import io.omnisql.node.replica.LogActivity.Retained;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Opens a started node to the HTTP rooms, which exist before it and outlive it. */
@Singleton
class NodeParts {
    private final NodeConfig config;
    private final NodeView view;
    private final SqlDoor door;
    private final SystemCredentials credentials;
    private final CatalogQuestions questions;
    private final AdminDoor adminDoor;
    private final String version;
    private @Nullable NodeWatch watch;

    @Inject
    NodeParts(
            NodeConfig config,
            NodeView view,
            SqlDoor door,
            SystemCredentials credentials,
            CatalogQuestions questions,
            AdminDoor adminDoor,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.config = config;
        this.view = view;
        this.door = door;
        this.credentials = credentials;
        this.questions = questions;
        this.adminDoor = adminDoor;
        this.version = version;
    }

    void publish(NodeRuntime runtime, ClusterSettings settings) {
        NodeRuntime.Rooms rooms = runtime.rooms();
        credentials.open(rooms.postgres());
        NodeWatch started = NodeWatch.start(questions::ask, rooms.log());
        watch = started;
        view.open(new NodeFacts(
                runtime.identity().self(),
                config.node().location(),
                settings.name().orElseGet(() -> runtime.identity().clusterUid().toString()),
                rooms.rule().configuration()::others,
                rooms.replica(),
                rooms.gateway(),
                rooms.pendingWrites(),
                rooms.divergence(),
                rooms.applier().digests(),
                rooms.log(),
                rooms.traffic(),
                new EdgeView(rooms, started, settings.isReader())));
        if (!rooms.sqlServer().isOpen()) {
            return; // This node waits for a snapshot: over HTTP, too, nobody shall read what it holds until then.
        }
        door.open(new SqlDoor.Parts(
                rooms.gateway(),
                rooms.reader(),
                rooms.postgres().superuser(),
                config.sql().defaultReadLevel(),
                config.sql().timeout(),
                Limits.defaults().httpRequestsMax()));
    }

    void openAdmin(MembershipAdmin membership) {
        adminDoor.open(membership, config.admin().host(), config.admin().tokenFile());
    }

    void membersChanged() {
        view.membersChanged();
    }

    void drain(boolean drain) {
        view.drain(drain);
    }

    boolean isDraining() {
        return view.isDraining();
    }

    String version() {
        return version;
    }

    void withdraw() {
        door.close();
        view.close();
        NodeWatch running = watch;
        if (running != null) {
            running.close();
        }
    }

    private record EdgeView(NodeRuntime.Rooms rooms, NodeWatch watch, boolean isReader) implements NodeFacts.Outside {
        @Override
        public boolean hasCaughtUp() {
            return rooms.rule().progress().wasCaughtUp();
        }

        @Override
        public long lagEntries() {
            return rooms.rule().progress().lagEntries();
        }

        @Override
        public boolean isPostgresReady() {
            return rooms.postgres().isReady() && watch.postgresAnswers();
        }

        @Override
        public String postgresVersion() {
            Answer answer = watch.answer();
            return answer == null ? "unknown" : answer.version();
        }

        @Override
        public long databaseBytes() {
            Answer answer = watch.answer();
            return answer == null ? 0 : answer.databaseBytes();
        }

        @Override
        public long postgresSessions() {
            Answer answer = watch.answer();
            return answer == null ? 0 : answer.sessions();
        }

        @Override
        public DiskUse logDiskUse() {
            return watch.diskUse();
        }

        @Override
        public Retained logRetained() {
            return watch.retained();
        }

        @Override
        public SnapshotProgress snapshots() {
            var progress = rooms.snapshots().progress();
            return new SnapshotProgress(
                    progress.isTaking(), progress.servedBytes(), progress.isFetching(), progress.fetchedBytes());
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
        public Optional<Slow> slowCommand() {
            return rooms.applier()
                    .slowCommand()
                    .map(command -> new Slow(command.slot(), command.since().toSeconds()));
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
