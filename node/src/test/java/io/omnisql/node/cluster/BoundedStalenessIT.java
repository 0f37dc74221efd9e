package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Local reads with {@code omnisql.max_staleness}: never staler than that, whatever happens to nodes and wires. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BoundedStalenessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String READ = "SELECT n FROM clock";

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    @BeforeAll
    static void startThreeNodes() throws IOException, SQLException {
        cluster = TestCluster.start(folder, 3);
        try (Connection connection = cluster.connect(1, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE clock (n bigint)");
            statement.execute("INSERT INTO clock VALUES (0)");
        }
    }

    @AfterEach
    void allIsWell() {
        cluster.heal();
        cluster.awaitReady();
    }

    private static Connection bounded(int node, String bound, String timeout) throws SQLException {
        Connection connection = cluster.connect(node, "local");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET omnisql.max_staleness = '" + bound + "'");
            statement.execute("SET omnisql.timeout = '" + timeout + "'");
        }
        return connection;
    }

    private static void set(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET omnisql." + setting);
        }
    }

    @Test
    @Order(1)
    void readsWithinTheBoundCostNoRound() throws SQLException {
        for (int node : cluster.ids()) {
            try (Connection reader = bounded(node, "10min", "20s")) {
                long before = rounds(node);
                for (int i = 0; i < 200; i++) {
                    assertThat(TestCluster.query(reader, READ)).containsExactly("0");
                }
                assertThat(rounds(node) - before).as("rounds at node %d", node).isLessThanOrEqualTo(1);

                set(reader, "max_staleness = '1ms'");
                TestCluster.query(reader, READ);
                assertThat(rounds(node)).as("rounds at node %d", node).isGreaterThan(before);
            }
        }
    }

    private static long rounds(int node) {
        Matcher found = Pattern.compile("(?m)^omnisql_freshness_rounds_total(?:\\{[^}]*})? ([0-9.E]+)$")
                .matcher(cluster.node(node).get("/q/metrics"));
        assertThat(found.find()).isTrue();
        return (long) Double.parseDouble(found.group(1));
    }

    @Test
    @Order(2)
    void aFollowerThatIsCutOffRefusesAfterTheBound() throws SQLException {
        refusesAfterTheBound(cluster.awaitLeader() % 3 + 1);
    }

    @Test
    @Order(3)
    void aLeaderThatIsCutOffRefusesAfterTheBound() throws SQLException {
        refusesAfterTheBound(cluster.awaitLeader());
    }

    private static void refusesAfterTheBound(int node) throws SQLException {
        try (Connection reader = bounded(node, "500ms", "1s");
                Connection plain = cluster.connect(node, "local")) {
            List<String> rows = TestCluster.query(reader, READ);
            cluster.isolate(node);

            Awaitility.await("refused")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> isRefused(reader));
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> TestCluster.query(reader, READ))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57P03"))
                        .hasMessageContaining("omnisql.max_staleness");
                assertThat(TestCluster.query(plain, READ)).isEqualTo(rows);
            }
            assertThat(TestCluster.query(reader, "SHOW omnisql.applied_index")).hasSize(1);
            set(reader, "max_staleness = '1h'");
            assertThat(TestCluster.query(reader, READ)).as("within its bound").isEqualTo(rows);
            refusesOverHttp(node);

            cluster.heal();
            set(reader, "max_staleness = '500ms'");
            Awaitility.await("answered again").atMost(PATIENCE).until(() -> !isRefused(reader));
        }
    }

    private static boolean isRefused(Connection reader) {
        try {
            TestCluster.query(reader, READ);
            return false;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("57P03");
            return true;
        }
    }

    private static void refusesOverHttp(int node) {
        String read = "{\"sql\": \"" + READ + "\", \"read_level\": \"local\", \"timeout\": \"1s\", \"max_staleness\": ";
        HttpResponse<String> tight = cluster.node(node).sql(read + "\"500ms\"}");
        HttpResponse<String> loose = cluster.node(node).sql(read + "\"60m\"}");
        assertThat(tight.statusCode()).as(tight.body()).isEqualTo(503);
        assertThat(tight.body()).contains("57P03").contains("omnisql.max_staleness");
        assertThat(loose.statusCode()).as(loose.body()).isEqualTo(200);
    }

    @Test
    @Order(4)
    void noReadIsStalerThanItsBoundThroughCutsFailoverAndNewMembers() throws IOException, SQLException {
        try (var load = new StalenessLoad(cluster, Duration.ofMillis(300))) {
            cluster.ids().forEach(load::readAt);
            load.awaitReads(cluster.ids(), 200);

            int cutOff = cluster.awaitLeader() % 3 + 1;
            cluster.isolate(cutOff);
            load.awaitPlainReadStalerThanTheBound(cutOff);
            load.awaitRefusal(cutOff);
            cluster.heal();
            load.awaitReads(cluster.ids(), 200);

            int leader = cluster.awaitLeader();
            cluster.node(leader).kill();
            load.awaitReads(
                    cluster.ids().stream().filter(node -> node != leader).toList(), 200);
            cluster.node(leader).start();
            load.awaitReads(cluster.ids(), 200);

            var administration = new Administration(cluster);
            cluster.addNode(4);
            administration.join(4);
            load.readAt(4);
            administration.reconfigure(2, List.of(1, 2, 3, 4));
            load.awaitReads(cluster.ids(), 200);

            load.stopAndCheck();
        }
    }
}
