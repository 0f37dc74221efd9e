package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three members and a read replica, node 4, in whatever befalls them. The steps build upon each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadReplicaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int READER = 4;
    private static final long FIRST_READER_ID = 1L << 32;
    private static final String ALL = "SELECT id, v FROM item ORDER BY id";

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    private static Administration administration;
    private static long lastId;

    @BeforeAll
    static void startMembersWhoseLogsBeginningIsGone() throws IOException, SQLException {
        cluster = TestCluster.start(folder, 3, Map.of("OMNISQL_LOG_RETAINED_BYTES", "1048576"));
        administration = new Administration(cluster);
        try (Connection connection = cluster.connect(1, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id bigint PRIMARY KEY, v text)");
            statement.execute("CREATE FUNCTION adds() RETURNS bigint LANGUAGE sql"
                    + " AS 'INSERT INTO item VALUES (-1, ''never'') RETURNING id'");
            for (int i = 0; i < 50; i++) {
                insert(connection);
            }
        }
        for (int member = 1; member <= 3; member++) {
            awaitTrimmed(member);
        }
    }

    private static void awaitTrimmed(int member) {
        Awaitility.await("node " + member + " has trimmed its log")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    Administration.accepted(cluster.node(member).order("/admin/v1/trim", "{}"));
                    return Long.parseLong(String.valueOf(cluster.node(member).status("compactedIndex"))) > 40;
                });
    }

    private static long insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES (?, ?)")) {
            insert.setLong(1, ++lastId);
            insert.setString(2, "v" + lastId);
            insert.executeUpdate();
            return lastId;
        }
    }

    private static boolean isReady() {
        String health = cluster.node(READER).get("/q/health/ready");
        return health.contains("\"UP\"") && !health.contains("\"DOWN\"");
    }

    private static void awaitReady() {
        Awaitility.await("the reader is ready; its log is "
                        + cluster.node(READER).logFile())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(ReadReplicaIT::isReady);
    }

    private static void assertHasAll(int node) throws SQLException {
        try (Connection there = cluster.connect(node, "linearizable");
                Connection here = cluster.connect(READER, "linearizable")) {
            assertThat(TestCluster.query(here, ALL)).hasSizeGreaterThan(49).isEqualTo(TestCluster.query(there, ALL));
        }
    }

    @Test
    @Order(1)
    void joinsARunningClusterThoughTheLogsBeginningIsGone() throws IOException, SQLException {
        cluster.addReader(READER);
        awaitReady();

        JsonNode view = administration.membership(READER);
        assertThat(view.path("state").asText()).isEqualTo("Reading");
        assertThat(view.path("memberId").asLong()).isGreaterThanOrEqualTo(FIRST_READER_ID);
        assertThat(view.path("caughtUp").asBoolean()).isTrue();
        assertThat(cluster.node(READER).status("role")).isEqualTo("reader");
        assertThat(cluster.node(READER).logFile()).content().contains("Snapshot installed:");
        assertThat(cluster.node(READER).get("/q/metrics"))
                .contains("omnisql_reader 1.0")
                .doesNotContain("omnisql_happy");
        assertThat(administration.voting()).as("nobody counts it").containsExactly(1, 2, 3);
        try (Connection local = cluster.connect(READER, "local")) {
            assertThat(TestCluster.query(local, "SELECT count(*) FROM item")).containsExactly("50");
        }
    }

    @Test
    @Order(2)
    void seesEveryWriteThatWasAcknowledgedBeforeThroughAFailover() throws SQLException {
        int leader = cluster.awaitLeader();
        int writer = leader % 3 + 1;
        try (Connection members = cluster.connect(writer, "leader");
                Connection linearizable = cluster.connect(READER, "linearizable");
                Connection leading = cluster.connect(READER, "leader")) {
            for (int i = 0; i < 400; i++) {
                if (i == 150) {
                    cluster.node(leader).kill();
                } else if (i == 300) {
                    cluster.node(leader).start();
                }
                long id = insert(members);
                Connection reader = i % 2 == 0 ? linearizable : leading;
                assertThat(TestCluster.query(reader, "SELECT max(id) FROM item"))
                        .as("read %d", i)
                        .containsExactly(Long.toString(id));
            }
        }
        cluster.awaitReady();
    }

    @Test
    @Order(3)
    void refusesBoundedReadsWhileItIsCutOff() throws SQLException {
        try (Connection bounded = cluster.connect(READER, "local");
                Connection plain = cluster.connect(READER, "local");
                Statement statement = bounded.createStatement()) {
            statement.execute("SET omnisql.max_staleness = '500ms'");
            statement.execute("SET omnisql.timeout = '1s'");
            List<String> rows = TestCluster.query(bounded, ALL);
            cluster.isolate(READER);

            Awaitility.await("refused").atMost(PATIENCE).until(() -> isRefused(bounded));
            assertThat(TestCluster.query(plain, ALL)).isEqualTo(rows);
            assertThat(isReady()).as("local reads work, so it stays").isTrue();

            cluster.heal();
            Awaitility.await("answered again").atMost(PATIENCE).until(() -> !isRefused(bounded));
        }
        assertHasAll(1);
    }

    private static boolean isRefused(Connection reader) {
        try {
            TestCluster.query(reader, ALL);
            return false;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("57P03");
            return true;
        }
    }

    @Test
    @Order(4)
    void refusesWritesAtOnce() throws SQLException {
        List<String> writes =
                List.of("INSERT INTO item VALUES (-1, 'never')", "CREATE TABLE never ()", "SELECT adds()");
        for (String mode : List.of("simple", "extended")) {
            try (Connection connection = connect("preferQueryMode", mode);
                    Statement statement = connection.createStatement()) {
                for (String write : writes) {
                    assertThatThrownBy(() -> statement.execute(write))
                            .as("%s, %s", mode, write)
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo("25006"))
                            .hasMessageContaining("read replica");
                }
                connection.setAutoCommit(false);
                assertThat(TestCluster.query(connection, "SELECT count(*) > 49 FROM item"))
                        .containsExactly("t");
                assertThatThrownBy(() -> statement.execute(writes.getFirst()))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("25006"));
                connection.rollback();
            }
        }
        for (String write : writes) {
            HttpResponse<String> answer = cluster.node(READER).sql("{\"sql\": \"" + write + "\"}");
            assertThat(answer.body()).contains("25006").contains("read replica");
        }
        HttpResponse<String> read = cluster.node(READER).sql("{\"sql\": \"SELECT count(*) FROM item\"}");
        assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
        assertThat(cluster.node(READER).order("/admin/v1/leadership", "{}").body())
                .contains("read_replica");
    }

    private static Connection connect(String key, String value) throws SQLException {
        return DriverManager.getConnection(cluster.node(READER).jdbcUrl(), properties(key, value));
    }

    private static Properties properties(String key, String value) {
        var properties = new Properties();
        properties.setProperty("user", "app");
        properties.setProperty("password", TestCluster.PASSWORD);
        properties.setProperty(key, value);
        return properties;
    }

    @Test
    @Order(5)
    void driversTellItFromAMember() throws SQLException {
        String member = "127.0.0.1:" + cluster.node(1).sqlPort();
        String reader = "127.0.0.1:" + cluster.node(READER).sqlPort();
        assertThat(inRecovery(member + "," + reader, "secondary")).isEqualTo("on");
        assertThat(inRecovery(reader + "," + member, "primary")).isEqualTo("off");

        assumeTrue(Program.isInstalled("psql"), "SKIPPED: psql is not installed");
        String memberPort = Integer.toString(cluster.node(1).sqlPort());
        String readerPort = Integer.toString(cluster.node(READER).sqlPort());
        assertThat(connectionInfo(member + "," + reader, "standby")).contains(readerPort);
        assertThat(connectionInfo(member + "," + reader, "read-only")).contains(readerPort);
        assertThat(connectionInfo(reader + "," + member, "primary")).contains(memberPort);
        assertThat(connectionInfo(reader + "," + member, "read-write")).contains(memberPort);
    }

    private static String inRecovery(String hosts, String type) throws SQLException {
        String url = "jdbc:postgresql://" + hosts + "/omnisql";
        var properties = properties("targetServerType", type);
        properties.setProperty("preferQueryMode", "simple");
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            return TestCluster.query(connection, "SHOW in_hot_standby").getFirst();
        }
    }

    private static String connectionInfo(String hosts, String attributes) {
        String uri = "postgresql://app:" + TestCluster.PASSWORD.replace(" ", "%20") + "@" + hosts
                + "/omnisql?target_session_attrs=" + attributes;
        return Program.run(folder, PATIENCE, "psql", "-X", uri, "-c", "\\conninfo")
                .output();
    }

    @Test
    @Order(6)
    void goesOnAfterItWasKilled() throws SQLException {
        long memberId = administration.memberId(READER);
        cluster.node(READER).kill();
        try (Connection connection = cluster.connect(1, "leader")) {
            insert(connection);
        }
        cluster.node(READER).start();
        awaitReady();

        assertThat(administration.memberId(READER)).isEqualTo(memberId);
        assertHasAll(1);
    }

    @Test
    @Order(7)
    void anEmptiedDiskIsAnotherReader() throws IOException, SQLException {
        long memberId = administration.memberId(READER);
        cluster.node(READER).kill();
        cluster.node(READER).emptyFolder();
        cluster.node(READER).start();
        awaitReady();

        assertThat(administration.memberId(READER))
                .isGreaterThanOrEqualTo(FIRST_READER_ID)
                .isNotEqualTo(memberId);
        assertHasAll(2);
    }

    @Test
    @Order(8)
    void anOrderToRetireMakesItJoinAnew() throws SQLException {
        long memberId = administration.memberId(READER);

        Administration.accepted(cluster.node(READER).order("/admin/v1/retire", "{}"));

        Awaitility.await("it joins anew")
                .atMost(PATIENCE)
                .until(() ->
                        administration.state(READER).equals("Reading") && administration.memberId(READER) != memberId);
        awaitReady();
        assertHasAll(2);
    }

    @Test
    @Order(9)
    void followsAClusterThatOtherMembersMake() throws IOException, SQLException {
        cluster.addNode(5);
        administration.join(5);
        cluster.node(READER).kill();
        administration.reconfigure(2, List.of(1, 2, 5));
        try (Connection connection = cluster.connect(5, "leader")) {
            insert(connection);
        }
        cluster.removeNode(3);
        cluster.node(READER).start();
        awaitReady();
        assertHasAll(5);

        administration.handOver(2);
        administration.reconfigure(5, List.of(1, 5));
        cluster.removeNode(2);
        try (Connection connection = cluster.connect(5, "leader")) {
            insert(connection);
        }
        assertHasAll(5);
        assertThat(administration.state(READER)).isEqualTo("Reading");
    }

    @Test
    @Order(10)
    void countsForNoQuorumAndFollowsTheSurvivorsCluster() throws SQLException {
        JsonNode before = administration.membership(READER);
        cluster.removeNode(5);
        try (Connection member = cluster.connect(1, "leader");
                Statement statement = member.createStatement();
                Connection local = cluster.connect(READER, "local")) {
            statement.execute("SET omnisql.timeout = '2s'");
            assertThatThrownBy(() -> statement.execute("INSERT INTO item VALUES (-2, 'no quorum')"))
                    .isInstanceOf(SQLException.class);
            assertThat(TestCluster.query(local, "SELECT count(*) > 49 FROM item"))
                    .containsExactly("t");
        }
        assertThat(isReady()).isTrue();
        String typed = "{\"clusterUid\":\"" + before.path("clusterUid").asText() + "\"}";
        assertThat(cluster.node(READER)
                        .order("/admin/v1/recover-from-quorum-loss", typed)
                        .body())
                .contains("no_member");

        Administration.accepted(cluster.node(1).order("/admin/v1/recover-from-quorum-loss", typed));

        Awaitility.await("the reader belongs to the new cluster; its log is "
                        + cluster.node(READER).logFile())
                .atMost(PATIENCE)
                .until(() ->
                        administration.membership(READER).path("state").asText().equals("Reading")
                                && !administration
                                        .membership(READER)
                                        .path("clusterUid")
                                        .equals(before.path("clusterUid")));
        awaitReady();
        try (Connection connection = cluster.connect(1, "leader")) {
            insert(connection);
        }
        assertHasAll(1);
        cluster.awaitReady();
        cluster.assertEqualDatabases(
                ALL, "SELECT count(*) FROM pg_class", "SELECT md5(string_agg(v, '' ORDER BY id)) FROM item");
        assertThat(cluster.node(READER).status("divergences")).isEqualTo("[]");
        try (Stream<Path> parts = Files.list(cluster.node(READER).folder())) {
            assertThat(parts.filter(part -> part.getFileName().toString().startsWith("retired-")))
                    .as("archives")
                    .hasSize(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
