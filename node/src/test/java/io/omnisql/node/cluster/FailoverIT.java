package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application sees of a three-node cluster, and of the loss of any part of it. */
class FailoverIT {
    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    @BeforeAll
    static void startThreeNodes() throws IOException {
        cluster = TestCluster.start(folder, 3);
    }

    @BeforeEach
    void everyNodeRuns() throws SQLException {
        cluster.heal();
        cluster.ids().stream()
                .map(cluster::node)
                .filter(node -> !node.isRunning())
                .forEach(TestNode::start);
        cluster.awaitReady();
        execute(1, "CREATE TABLE IF NOT EXISTS item (id bigint PRIMARY KEY, name text, at timestamptz DEFAULT now())");
        execute(1, "DELETE FROM item");
    }

    private static void execute(int node, String sql) throws SQLException {
        try (Connection connection = cluster.connect(node, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aWriteAtAnyNodeIsReadAtEveryNodeAtEachLevel() throws SQLException {
        for (int node : cluster.ids()) {
            execute(node, "INSERT INTO item (id, name) VALUES (" + node + ", 'from " + node + "')");
            try (Connection own = cluster.connect(node, "local")) {
                assertThat(TestCluster.query(own, "SELECT name FROM item WHERE id = " + node))
                        .as("a coordinator reads its own writes locally")
                        .containsExactly("from " + node);
            }
            for (int other : cluster.ids()) {
                for (String level : List.of("leader", "linearizable")) {
                    try (Connection connection = cluster.connect(other, level)) {
                        assertThat(TestCluster.query(connection, "SELECT name FROM item WHERE id = " + node))
                                .containsExactly("from " + node);
                    }
                }
            }
        }

        cluster.assertEqualDatabases("SELECT * FROM item ORDER BY id");
    }

    @Tag("reference-defect-8")
    @Test
    void everyNodeHasAPostgresOfItsOwn() throws SQLException {
        Set<String> databases = new TreeSet<>();
        for (int node : cluster.ids()) {
            try (Connection connection = cluster.connect(node, "local")) {
                databases.addAll(
                        TestCluster.query(connection, "SELECT system_identifier FROM pg_catalog.pg_control_system()"));
            }
        }

        assertThat(databases).hasSize(cluster.ids().size());
    }

    @Tag("reference-defect-15")
    @Test
    void slowStatementsMoveNoLeadership() throws SQLException {
        TestNode leader = cluster.node(cluster.awaitLeader());
        String ballot = leader.status("number");

        execute(leader.id(), "SELECT pg_sleep(3)");
        execute(leader.id(), "INSERT INTO item (id) SELECT generate_series(1, 400000)");

        assertThat(leader.status("number")).isEqualTo(ballot);
        execute(leader.id(), "TRUNCATE item");
    }

    @Tag("reference-defect-14")
    @Test
    void returningAndUpsertsWorkAtAFollower() throws SQLException {
        int follower = cluster.awaitLeader() % 3 + 1;

        try (Connection connection = cluster.connect(follower, "local")) {
            String upsert = "INSERT INTO item (id, name) VALUES (7, 'a') ON CONFLICT (id)"
                    + " DO UPDATE SET name = item.name || 'b' RETURNING id, name";
            assertThat(TestCluster.query(connection, upsert)).containsExactly("7|a");
            assertThat(TestCluster.query(connection, upsert)).containsExactly("7|ab");
        }
    }

    @Tag("reference-defect-9")
    @Test
    void theNextWriteSucceedsOnTheSameConnectionAfterTheLeaderIsKilled() throws SQLException {
        int leader = cluster.awaitLeader();
        int other = leader % 3 + 1;

        try (Connection connection = cluster.connect(other, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO item (id) VALUES (1)");
            cluster.node(leader).kill();
            statement.execute("INSERT INTO item (id) VALUES (2)");

            assertThat(TestCluster.query(connection, "SELECT id FROM item ORDER BY id"))
                    .containsExactly("1", "2");
        }
        cluster.node(leader).start();
        cluster.awaitReady();
        cluster.assertEqualDatabases("SELECT * FROM item ORDER BY id");
    }

    @Test
    void aTokenMakesALocalReadElsewhereSeeAWriteAlsoAfterTheLeaderIsKilled() throws SQLException {
        int leader = cluster.awaitLeader();
        int first = leader % 3 + 1;
        int second = first % 3 + 1;

        try (Connection writer = cluster.connect(first, "local");
                Connection reader = cluster.connect(second, "local");
                Statement write = writer.createStatement();
                Statement read = reader.createStatement()) {
            for (int id = 1; id <= 50; id++) {
                if (id == 25) {
                    cluster.node(leader).kill();
                }
                write.execute("INSERT INTO item (id) VALUES (" + id + ")");
                String token =
                        TestCluster.query(writer, "SHOW omnisql.applied_index").getFirst();
                read.execute("SET omnisql.not_before = '" + token + "'");
                assertThat(TestCluster.query(reader, "SELECT count(*) FROM item"))
                        .containsExactly(Integer.toString(id));
            }
            read.execute("SET omnisql.timeout = '200ms'");
            read.execute("SET omnisql.not_before = '1000000000'");
            assertThatThrownBy(() -> TestCluster.query(reader, "SELECT count(*) FROM item"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"))
                    .hasMessageContaining("omnisql.not_before");
        }
    }

    @Tag("reference-defect-6")
    @Test
    void aNodeThatWasAwayCatchesUp() throws SQLException {
        int away = cluster.awaitLeader() % 3 + 1;
        int present = away % 3 + 1;
        cluster.node(away).kill();

        for (int i = 0; i < 200; i++) {
            execute(present, "INSERT INTO item (id, name) VALUES (" + i + ", 'while away')");
        }
        cluster.node(away).start();
        cluster.awaitReady();

        cluster.assertEqualDatabases("SELECT count(*) FROM item", "SELECT * FROM item ORDER BY id");
    }

    @Test
    void aNodeSurvivesTheDeathOfItsPostgres() throws SQLException {
        int node = cluster.awaitLeader();
        execute(node, "INSERT INTO item (id) VALUES (1)");

        cluster.node(node).killPostgres();
        Awaitility.await("a write at the node whose PostgreSQL was killed")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    execute(node, "INSERT INTO item (id) VALUES (2) ON CONFLICT DO NOTHING");
                    return true;
                });

        cluster.assertEqualDatabases("SELECT id FROM item ORDER BY id");
    }

    @Test
    void withoutAQuorumAWriteIsNotAcknowledgedAndALocalReadStillAnswers() throws SQLException {
        execute(1, "INSERT INTO item (id) VALUES (1)");
        cluster.isolate(1);
        try (Connection connection = cluster.connect(1, "local");
                Statement statement = connection.createStatement()) {
            statement.execute("SET omnisql.timeout = '3s'");
            String state = "00000";
            try {
                statement.execute("INSERT INTO item (id) VALUES (2)");
            } catch (SQLException expected) {
                state = expected.getSQLState();
            }

            assertThat(state).isIn("40003", "57P03");
            assertThat(TestCluster.query(connection, "SELECT count(*) FROM item"))
                    .containsExactly("1");
        }

        cluster.heal();
        cluster.awaitReady();
        cluster.assertEqualDatabases("SELECT id FROM item ORDER BY id");
    }
}
