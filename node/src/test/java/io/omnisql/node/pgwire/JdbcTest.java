package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JDBC driver sees, in all its ways of speaking the protocol. */
@Timeout(60)
class JdbcTest {
    private static TestServer node;

    @BeforeAll
    static void start() {
        node = new TestServer();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @BeforeEach
    void table() {
        node.superuser(
                "DROP TABLE IF EXISTS t; CREATE TABLE t (id serial PRIMARY KEY, name text, at timestamptz, n numeric);"
                        + "ALTER TABLE t OWNER TO ana");
        node.cluster.commands().clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void writesAndReadsInEveryQueryMode(String mode) throws SQLException {
        try (Connection connection = node.jdbc("preferQueryMode=" + mode);
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO t (name, n) VALUES (?, ?) RETURNING id");
                PreparedStatement select = connection.prepareStatement("SELECT name, n FROM t WHERE id = ?")) {
            for (int i = 1; i <= 12; i++) { // Beyond the driver's threshold for named statements and binary values.
                insert.setString(1, "name" + i);
                insert.setBigDecimal(2, java.math.BigDecimal.valueOf(i));
                try (ResultSet ids = insert.executeQuery()) {
                    assertThat(ids.next()).isTrue();
                    assertThat(ids.getInt(1)).isEqualTo(i);
                }
                select.setInt(1, i);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("name" + i);
                    assertThat(rows.getInt(2)).isEqualTo(i);
                }
            }
        }
        assertThat(node.cluster.commands()).hasSize(12);
    }

    @Test
    void aBatchIsOneEntry() throws SQLException {
        try (Connection connection = node.jdbc();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (name) VALUES (?)")) {
            for (int i = 0; i < 50; i++) {
                insert.setString(1, "x" + i);
                insert.addBatch();
            }

            int[] counts = insert.executeBatch();

            assertThat(counts).hasSize(50).containsOnly(1);
        }
        assertThat(node.cluster.commands()).hasSize(1);
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("50");
    }

    @Test
    void aBatchThatFailsHasNoEffect() throws SQLException {
        try (Connection connection = node.jdbc();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (id, name) VALUES (?, 'x')")) {
            for (int id : List.of(1, 2, 1, 3)) {
                insert.setInt(1, id);
                insert.addBatch();
            }

            assertThatThrownBy(insert::executeBatch)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
            assertThat(connection.isValid(5)).isTrue();
        }
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void severalWritesInOneStringAreOneEntry() throws SQLException {
        try (Connection connection = node.jdbc("preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t (name) VALUES ('a'); SELECT count(*) FROM t; UPDATE t SET name = 'b'");

            assertThat(statement.getUpdateCount()).isEqualTo(1);
            assertThat(statement.getMoreResults()).isTrue();
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
        }
        assertThat(node.cluster.commands()).hasSize(1);
    }

    @Test
    void aWriteThatLooksLikeAReadGoesThroughTheLog() throws SQLException {
        try (Connection connection = node.jdbc();
                PreparedStatement next = connection.prepareStatement("SELECT nextval('t_id_seq')")) {
            for (int i = 1; i <= 7; i++) {
                try (ResultSet rows = next.executeQuery()) {
                    rows.next();
                    assertThat(rows.getInt(1)).isEqualTo(i);
                }
            }
        }
        assertThat(node.cluster.commands()).hasSize(7);
    }

    @Test
    void aBlockReadsButDoesNotWriteYet() throws SQLException {
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }

            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (name) VALUES ('a')"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(statement.executeUpdate("INSERT INTO t (name) VALUES ('a')"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aWriteAsTheFirstStatementOfABlockIsRefusedThereToo() throws SQLException {
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);

            // The driver sends BEGIN and the INSERT in one pipeline.
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (name) VALUES ('a')"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
            connection.rollback();
        }
        assertThat(node.cluster.commands()).isEmpty();
    }

    @Test
    void fetchesRowsInPartsFromACursor() throws SQLException {
        node.superuser("INSERT INTO t (name) SELECT 'x' FROM generate_series(1, 1000)");
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(64);
            int count = 0;
            try (ResultSet rows = statement.executeQuery("SELECT * FROM t")) {
                while (rows.next()) {
                    count++;
                }
            }
            assertThat(count).isEqualTo(1_000);
            connection.commit();
        }
    }

    @Test
    void theSessionsTimeZoneAndSearchPathTravelWithItsWrites() throws SQLException {
        node.superuser("CREATE SCHEMA IF NOT EXISTS own AUTHORIZATION ana; DROP TABLE IF EXISTS own.u;"
                + "CREATE TABLE own.u (at timestamptz); ALTER TABLE own.u OWNER TO ana");
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path TO own");
            statement.execute("SET TimeZone TO 'Asia/Tokyo'");
            statement.executeUpdate("INSERT INTO u VALUES ('2026-01-01 09:00')");
        }
        assertThat(node.single("SELECT at AT TIME ZONE 'UTC' FROM own.u")).isEqualTo("2026-01-01 00:00:00");
    }

    @Test
    void writesHappenUnderTheRoleThatWasSet() throws SQLException {
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("SET ROLE bob");
            statement.execute("DROP TABLE IF EXISTS bobs");
            statement.execute("CREATE TABLE bobs (id int)");
        }
        assertThat(node.single("SELECT tableowner FROM pg_tables WHERE tablename = 'bobs'"))
                .isEqualTo("bob");
    }

    @Test
    void errorsOfWritesArePostgresOwn() throws SQLException {
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (id) VALUES (1)");
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (id) VALUES (1)"))
                    .hasMessageContaining("duplicate key value violates unique constraint \"t_pkey\"")
                    .hasMessageContaining("Key (id)=(1) already exists");
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO missing VALUES (1)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42P01"));
        }
    }

    @Test
    void ownSettingsAreCheckedShownAndUsed() throws SQLException {
        try (Connection connection = node.jdbc("options=-c omnisql.read_level=linearizable");
                Statement statement = connection.createStatement()) {
            assertThat(shown(statement, "omnisql.read_level")).isEqualTo("linearizable");
            statement.execute("SET omnisql.read_level = 'leader'");
            assertThat(shown(statement, "omnisql.read_level")).isEqualTo("leader");
            assertThatThrownBy(() -> statement.execute("SET omnisql.read_level = 'newest'"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
            assertThatThrownBy(() -> statement.execute("SET omnisql.nothing = 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42704"));
            statement.execute("RESET omnisql.read_level");
            assertThat(shown(statement, "omnisql.read_level")).isEqualTo("linearizable");

            statement.executeUpdate("INSERT INTO t (name) VALUES ('a')");
            assertThat(Long.parseLong(shown(statement, "omnisql.applied_index")))
                    .isPositive();
        }
    }

    @Test
    void aTokenGoesWithLocalReads() throws SQLException {
        try (Connection connection = node.jdbc("options=-c omnisql.read_level=local");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (name) VALUES ('a')");
            String token = shown(statement, "omnisql.applied_index");
            statement.execute("SET omnisql.not_before = '" + token + "'");
            assertThat(shown(statement, "omnisql.not_before")).isEqualTo(token);
            assertThat(statement.executeQuery("SELECT * FROM t").next()).isTrue();

            assertThat(node.cluster.reads().getLast().notBefore()).isEqualTo(Long.parseLong(token));
            assertThatThrownBy(() -> statement.execute("SET omnisql.not_before = '-1'"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
        }
    }

    @Test
    void aBoundOnStalenessGoesWithLocalReads() throws SQLException {
        try (Connection connection = node.jdbc("options=-c omnisql.read_level=local -c omnisql.max_staleness=1500ms");
                Statement statement = connection.createStatement()) {
            assertThat(shown(statement, "omnisql.max_staleness")).isEqualTo("1500ms");
            assertThat(boundOfARead(statement, "")).isEqualTo(Duration.ofMillis(1_500));
            statement.execute("SET omnisql.max_staleness = '0.5s'");
            assertThat(shown(statement, "omnisql.max_staleness")).isEqualTo("0.5s");
            assertThat(boundOfARead(statement, "")).isEqualTo(Duration.ofMillis(500));
            assertThat(boundOfARead(statement, "/* omnisql: max_staleness=20ms */ "))
                    .isEqualTo(Duration.ofMillis(20));
            statement.execute("BEGIN");
            statement.execute("SET LOCAL omnisql.max_staleness = 70");
            assertThat(boundOfARead(statement, "")).isEqualTo(Duration.ofMillis(70));
            statement.execute("ROLLBACK");
            assertThat(boundOfARead(statement, "")).isEqualTo(Duration.ofMillis(500));
            statement.execute("RESET omnisql.max_staleness");
            assertThat(boundOfARead(statement, "")).isEqualTo(Duration.ofMillis(1_500));
            statement.execute("SET omnisql.max_staleness TO DEFAULT");
            statement.execute("SET omnisql.max_staleness = 0");
            assertThat(boundOfARead(statement, "")).isEqualTo(Duration.ZERO);

            for (String wrong : List.of("'-1'", "-1", "'soon'", "'25h'", "''")) {
                assertThatThrownBy(() -> statement.execute("SET omnisql.max_staleness = " + wrong))
                        .as(wrong)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("22023"));
            }
        }
        assertThatThrownBy(() -> node.jdbc("options=-c omnisql.max_staleness=soon"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
    }

    private static Duration boundOfARead(Statement statement, String comment) throws SQLException {
        statement.executeQuery(comment + "SELECT * FROM t").close();
        return node.cluster.reads().getLast().maxStaleness();
    }

    @Test
    void anIdempotencyKeyServesOneWrite() throws SQLException {
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("SET omnisql.idempotency_key = 'order-7'");
            statement.executeUpdate("INSERT INTO t (name) VALUES ('a')");
            statement.executeUpdate("INSERT INTO t (name) VALUES ('b')");
            assertThat(shown(statement, "omnisql.idempotency_key")).isEmpty();
        }
        var commands = node.cluster.commands();
        assertThat(commands).hasSize(2);
        assertThat(commands.getFirst().idempotencyKey()).isEqualTo("order-7");
        assertThat(commands.getLast().idempotencyKey()).isNull();
        assertThat(commands.getFirst().requestId())
                .isNotEqualTo(commands.getLast().requestId());
    }

    @Test
    void aSessionCannotMakeItselfWritable() throws SQLException {
        try (Connection connection = node.jdbc();
                Statement statement = connection.createStatement()) {
            for (String way : List.of(
                    "SET default_transaction_read_only = off",
                    "SET transaction_read_only = off",
                    "SELECT set_config('default_transaction_read_only', 'off', false)",
                    "SET SESSION AUTHORIZATION bob")) {
                assertThatThrownBy(() -> statement.execute(way)).as(way).isInstanceOf(SQLException.class);
            }
            statement.execute("BEGIN READ WRITE");
            assertThat(shown(statement, "transaction_read_only")).isEqualTo("on");
            statement.execute("ROLLBACK");
            connection.setReadOnly(true);
            connection.setReadOnly(false); // SET SESSION CHARACTERISTICS ... READ WRITE
            assertThat(shown(statement, "default_transaction_read_only")).isEqualTo("on");
            assertThat(statement.executeUpdate("INSERT INTO t (name) VALUES ('a')"))
                    .isEqualTo(1);
        }
    }

    @Test
    void metadataQueriesOfTheDriverWork() throws SQLException {
        try (Connection connection = node.jdbc();
                ResultSet columns = connection.getMetaData().getColumns(null, "public", "t", null)) {
            assertThat(IntStream.iterate(0, i -> i + 1)
                            .takeWhile(i -> advanced(columns))
                            .count())
                    .isEqualTo(4);
        }
    }

    private static boolean advanced(ResultSet rows) {
        try {
            return rows.next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String shown(Statement statement, String name) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SHOW " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
