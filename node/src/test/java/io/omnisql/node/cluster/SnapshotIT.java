package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that the log cannot help any more goes on from another one's state, while the cluster serves writes. */
class SnapshotIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ROW_CHARS = 20_000;
    private static final int LOG_RETAINED_BYTES = 1 << 20;
    private static final long LOG_FILE_BYTES = 64L << 20;
    private static final int LARGE_ENTRY_BYTES = 512 << 10;
    private static final String INSTALLED = "Snapshot installed:";

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    @BeforeAll
    static void startThreeNodesThatKeepLittleOfTheLog() throws IOException, SQLException {
        cluster = TestCluster.start(
                folder, 3, Map.of("OMNISQL_LOG_RETAINED_BYTES", Integer.toString(LOG_RETAINED_BYTES)));
        try (Connection connection = cluster.connect(1, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id bigint PRIMARY KEY, v text)");
            statement.execute("CREATE TABLE ballast (id bigserial PRIMARY KEY, v text)");
        }
    }

    @Test
    void aFollowerThatWasAwayForTooLongGoesOnFromAStateUnderLoad() throws Exception {
        TestNode away = cluster.node(cluster.awaitLeader() % 3 + 1);
        int present = away.id() % 3 + 1;
        away.kill();
        long missing = decidedIndex(present);
        writeBallast(present);
        awaitTrimmedBeyond(present, missing + 1);
        awaitTrimmedBeyond(present % 3 + 1, missing + 1);
        long before = installations(away);

        try (var load = new Load(present, 1)) {
            away.start();
            awaitInstalled(away, before);
            cluster.awaitReady();
            load.assertWrites();
        }

        cluster.awaitReady();
        assertNothingIsLost();
    }

    @Test
    void aFollowerWhosePostgresWasDeletedGoesOnFromAStateUnderLoad() throws Exception {
        TestNode emptied = cluster.node(cluster.awaitLeader() % 3 + 1);
        int present = emptied.id() % 3 + 1;
        writeBallast(present);
        awaitTrimmedBeyond(emptied.id(), 1);
        emptied.kill();
        delete(emptied.folder().resolve("postgresql"));
        long before = installations(emptied);

        try (var load = new Load(present, 1_000_000)) {
            emptied.start();
            awaitInstalled(emptied, before);
            cluster.awaitReady();
            load.assertWrites();
        }

        cluster.awaitReady();
        assertNothingIsLost();
    }

    @Test
    void theLogStaysWithinItsBoundWhileAMemberIsDeadWhichComesBack() throws Exception {
        TestNode dead = cluster.node(cluster.awaitLeader() % 3 + 1);
        int present = dead.id() % 3 + 1;
        dead.kill();
        long before = installations(dead);

        try (Connection connection = cluster.connect(present, "leader");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO ballast (v) VALUES (pg_catalog.left(?, 10))")) {
            for (int file = 1; file <= 4; file++) {
                writeOneLogFile(insert);
                awaitLogWithinBound(present);
                awaitLogWithinBound(present % 3 + 1);
            }
        } finally {
            dead.start(); // The next test needs it, whatever became of this one.
        }
        awaitInstalled(dead, before);
        cluster.awaitReady();
        assertNothingIsLost();
    }

    private static void writeOneLogFile(PreparedStatement insert) throws SQLException {
        for (int row = 0; row < LOG_FILE_BYTES / LARGE_ENTRY_BYTES; row++) {
            insert.setString(1, String.valueOf((char) ('a' + row % 26)).repeat(LARGE_ENTRY_BYTES));
            insert.executeUpdate();
        }
    }

    /** What is kept lies in at most one file but the active one. */
    private static void awaitLogWithinBound(int node) {
        Awaitility.await("the files of node " + node + "'s log take no more than what it keeps")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(number(node, "diskBytes"))
                        .isPositive()
                        .isLessThanOrEqualTo(2 * LOG_FILE_BYTES + LOG_RETAINED_BYTES));
    }

    private static final Set<Long> ACKNOWLEDGED = new ConcurrentSkipListSet<>();

    private static void assertNothingIsLost() throws SQLException {
        cluster.assertEqualDatabases(
                "SELECT id, v FROM item ORDER BY id", "SELECT count(*), max(id), sum(length(v)) FROM ballast");
        try (Connection connection = cluster.connect(1, "linearizable")) {
            Set<Long> there = new ConcurrentSkipListSet<>();
            TestCluster.query(connection, "SELECT id FROM item").forEach(id -> there.add(Long.valueOf(id)));
            assertThat(there).containsAll(ACKNOWLEDGED);
        }
        Awaitility.await("all nodes tell that replicas agree")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(cluster.ids().stream()
                                .map(id -> cluster.node(id).status("divergences")))
                        .containsOnly("[]"));
    }

    /** One client that writes until it is closed. */
    private static final class Load implements AutoCloseable {
        private final int node;
        private final Thread thread;
        private final int acknowledgedBefore = ACKNOWLEDGED.size();
        private volatile boolean ended;

        Load(int node, long firstId) {
            this.node = node;
            this.thread = Thread.ofPlatform().start(() -> run(firstId));
        }

        private void run(long firstId) {
            long id = firstId;
            while (!ended) {
                try (Connection connection = cluster.connect(node, "leader");
                        PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES (?, 'load')")) {
                    while (!ended) {
                        id++;
                        insert.setLong(1, id);
                        insert.executeUpdate();
                        ACKNOWLEDGED.add(id);
                    }
                } catch (SQLException refusedOrUnknown) {
                    id++; // Not acknowledged: nothing is claimed about it.
                }
            }
        }

        void assertWrites() {
            assertThat(ACKNOWLEDGED.size() - acknowledgedBefore)
                    .as("writes while a node went on from a state")
                    .isGreaterThan(10);
        }

        @Override
        public void close() {
            ended = true;
            Awaitility.await("the load ends").atMost(Duration.ofMinutes(2)).until(() -> !thread.isAlive());
        }
    }

    private static void writeBallast(int node) throws SQLException {
        try (Connection connection = cluster.connect(node, "leader");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO ballast (v) VALUES (?)")) {
            for (int row = 0; row < 200; row++) {
                insert.setString(1, String.valueOf((char) ('a' + row % 26)).repeat(ROW_CHARS));
                insert.executeUpdate();
            }
        }
    }

    private static void awaitTrimmedBeyond(int node, long index) {
        Awaitility.await("node " + node + " trims its log beyond " + index)
                .atMost(PATIENCE)
                .until(() -> number(node, "compactedIndex") >= index);
    }

    private static void awaitInstalled(TestNode node, long before) {
        Awaitility.await("node " + node.id() + " installs a snapshot; its log is " + node.logFile())
                .atMost(PATIENCE)
                .until(() -> installations(node) > before);
    }

    private static long installations(TestNode node) throws IOException {
        return Files.readAllLines(node.logFile()).stream()
                .filter(line -> line.contains(INSTALLED))
                .count();
    }

    private static long decidedIndex(int node) {
        return number(node, "decidedIndex");
    }

    private static long number(int node, String field) {
        String value = cluster.node(node).status(field);
        return value == null ? -1 : Long.parseLong(value.strip());
    }

    private static void delete(Path tree) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
