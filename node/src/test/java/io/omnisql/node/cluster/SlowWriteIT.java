package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write that never ends: all nodes give it up alike, and go on. */
class SlowWriteIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    @BeforeAll
    static void startThreeNodes() throws IOException {
        cluster = TestCluster.start(folder, 3, Map.of("OMNISQL_SQL_TIMEOUT", "60s"));
    }

    @BeforeEach
    void thereIsATableAndAnEndlessFunction() throws SQLException {
        execute("CREATE TABLE IF NOT EXISTS item (id bigint PRIMARY KEY, name text)");
        execute("DELETE FROM item");
        execute("CREATE OR REPLACE FUNCTION spin() RETURNS text LANGUAGE plpgsql AS 'BEGIN LOOP END LOOP; END'");
    }

    @AfterEach
    void allGoOnAlike() throws SQLException {
        cluster.awaitReady();
        execute("INSERT INTO item VALUES (3, 'c')");
        cluster.assertEqualDatabases("SELECT * FROM item ORDER BY id");
        for (int node : cluster.ids()) {
            assertThat(cluster.node(node).status("divergences")).startsWith("[]");
            assertThat(cluster.node(node).status("slowSlot")).isEqualTo("null");
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = cluster.connect(1, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The SQLSTATE that the client of the endless write gets in the end. */
    private static CompletableFuture<String> spin(int node, int timeoutSeconds) {
        return CompletableFuture.supplyAsync(() -> {
            try (Connection connection = cluster.connect(node, "leader");
                    Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(timeoutSeconds);
                statement.execute("INSERT INTO item VALUES (1, spin())");
                return "it ended";
            } catch (SQLException e) {
                return e.getSQLState();
            }
        });
    }

    private static String awaitSlow(int node) {
        return Awaitility.await("node " + node + " is at the endless write")
                .atMost(SOON)
                .until(() -> cluster.node(node).status("slowSlot"), slot -> slot != null && !slot.equals("null"));
    }

    private static List<String> linesOfLogs(String part) throws IOException {
        var found = new ArrayList<String>();
        for (int node : cluster.ids()) {
            try (Stream<String> lines = Files.lines(cluster.node(node).logFile())) {
                found.addAll(lines.filter(line -> line.contains(part)).toList());
            }
        }
        return found;
    }

    @Test
    void itsClientCancelsIt() throws SQLException {
        CompletableFuture<String> sqlState = spin(2, 3);

        assertThat(sqlState).succeedsWithin(SOON).isEqualTo("57014");
    }

    @Test
    void anAdministratorGivesItUpThoughEveryNodeWasRestartedMeanwhile() throws Exception {
        CompletableFuture<String> sqlState = spin(2, 0);
        for (int node : cluster.ids()) {
            awaitSlow(node);
        }

        cluster.ids().forEach(id -> cluster.node(id).kill());
        cluster.ids().forEach(id -> cluster.node(id).start());
        assertThat(sqlState).succeedsWithin(SOON);
        String slot = awaitSlow(1);
        Administration.accepted(cluster.node(1).order("/admin/v1/give-up", "{\"slot\":" + slot + "}"));

        Awaitility.await("node 1 goes on")
                .atMost(SOON)
                .until(() -> "null".equals(cluster.node(1).status("slowSlot")));
        assertThat(linesOfLogs("Ruling proposed: slot=" + slot + " ")).hasSize(1);
    }

    @Test
    void nobodyGivesItUpWhileAMemberIsAway() throws SQLException {
        cluster.node(3).kill();
        CompletableFuture<String> sqlState = spin(2, 0);
        String slot = awaitSlow(1);
        Administration.accepted(cluster.node(1).order("/admin/v1/give-up", "{\"slot\":" + slot + "}"));
        Awaitility.await("node 1 has asked for a while")
                .atMost(SOON)
                .until(() -> Long.parseLong(String.valueOf(cluster.node(1).status("slowSeconds"))) >= 8);
        assertThat(sqlState).isNotDone();
        assertThat(cluster.node(1).get("/q/metrics")).containsPattern("omnisql_slow_seconds [1-9]");

        cluster.node(3).start();

        assertThat(sqlState).succeedsWithin(SOON).isEqualTo("57014");
    }
}
