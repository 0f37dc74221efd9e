package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers and tools as their registries ship them, against a follower: nothing of them is adapted. */
class DriversIT {
    private static final Path SCRIPTS = Path.of("src", "test", "drivers").toAbsolutePath();
    private static final Duration INSTALL = Duration.ofMinutes(4);
    private static final Duration RUN = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    static String uri;

    @BeforeAll
    static void startThreeNodes() throws IOException {
        cluster = TestCluster.start(folder, 3);
        int follower = cluster.awaitLeader() % 3 + 1;
        uri = cluster.uri(follower);
    }

    private static void succeeds(Path where, Duration limit, String... command) {
        Program.Result result = Program.run(where, limit, command);
        assertThat(result.exitCode())
                .as("%s%n%s", List.of(command), result.output())
                .isZero();
    }

    private static void printsOk(Path where, String... command) {
        Program.Result result = Program.run(where, RUN, command);
        assertThat(result.output()).as("%s", List.of(command)).endsWith("ok\n");
    }

    @Test
    void psycopg() {
        assumeTrue(Program.isInstalled("python3"), "SKIPPED: python3 is not installed");
        succeeds(folder, INSTALL, "python3", "-m", "venv", "python");
        succeeds(folder, INSTALL, "python/bin/pip", "install", "-q", "psycopg[binary]==3.2.10");

        printsOk(
                folder, "python/bin/python", SCRIPTS.resolve("psycopg/check.py").toString(), uri);
    }

    @Test
    void nodePostgres() throws IOException {
        assumeTrue(Program.isInstalled("npm"), "SKIPPED: npm is not installed");
        Path project = folder.resolve("node-postgres");
        Program.copy(SCRIPTS.resolve("node-postgres"), project, List.of("check.js", "package.json"));
        succeeds(project, INSTALL, "npm", "install", "--no-audit", "--no-fund");

        printsOk(project, "node", "check.js", uri);
    }

    @Test
    void pgx() throws IOException {
        assumeTrue(Program.isInstalled("go"), "SKIPPED: go is not installed");
        Path project = folder.resolve("pgx");
        Program.copy(SCRIPTS.resolve("pgx"), project, List.of("main.go", "go.mod", "go.sum"));
        succeeds(project, INSTALL, "go", "build", "-o", "check", ".");

        printsOk(project, "./check", uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void pgjdbc(String queryMode) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "app");
        properties.setProperty("password", TestCluster.PASSWORD);
        properties.setProperty("preferQueryMode", queryMode);
        properties.setProperty("prepareThreshold", "2");
        try (Connection connection = DriverManager.getConnection(
                        uri.replaceFirst("postgresql://[^@]*@", "jdbc:postgresql://"), properties);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS jdbc_item");
            statement.execute("CREATE TABLE jdbc_item (id serial PRIMARY KEY, name text, at timestamptz)");
            var at = OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.UTC);
            for (int i = 1; i <= 6; i++) {
                insertOne(connection, i, at);
            }
            try (PreparedStatement batch = connection.prepareStatement("INSERT INTO jdbc_item (name) VALUES (?)")) {
                for (int i = 0; i < 20; i++) {
                    batch.setString(1, "batch " + i);
                    batch.addBatch();
                }
                assertThat(batch.executeBatch()).containsOnly(1).hasSize(20);
            }
            assertThat(TestCluster.query(connection, "SELECT count(*), max(id) FROM jdbc_item"))
                    .containsExactly("26|26");
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            assertThat(TestCluster.query(connection, "SELECT name FROM jdbc_item WHERE id = 1"))
                    .containsExactly("one");
            connection.commit();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
            statement.execute("DROP TABLE jdbc_item");
        }
    }

    private static void insertOne(Connection connection, int expectedId, OffsetDateTime at) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO jdbc_item (name, at) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "one");
            insert.setObject(2, at);
            assertThat(insert.executeUpdate()).isEqualTo(1);
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getInt(1)).isEqualTo(expectedId);
                assertThat(keys.getObject("at", OffsetDateTime.class)).isEqualTo(at);
            }
        }
    }

    @Test
    void psql() {
        assumeTrue(Program.isInstalled("psql"), "SKIPPED: psql is not installed");

        Program.Result result = Program.run(
                folder,
                RUN,
                "psql",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                uri,
                "-c",
                "CREATE TABLE psql_item (id int PRIMARY KEY, name text)",
                "-c",
                "INSERT INTO psql_item VALUES (1, 'a'), (2, 'b') RETURNING *",
                "-c",
                "\\d psql_item",
                "-c",
                "\\copy (SELECT * FROM psql_item ORDER BY id) TO STDOUT",
                "-c",
                "/* omnisql: read_level=local */ SELECT count(*) AS counted FROM psql_item",
                "-c",
                "DROP TABLE psql_item");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("INSERT 0 2", "psql_item_pkey", "1\ta\n2\tb", "counted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbench(String mode) throws IOException {
        assumeTrue(Program.isInstalled("pgbench"), "SKIPPED: pgbench is not installed");
        Path script = folder.resolve("upsert-" + mode + ".sql");
        Files.writeString(script, """
                \\set k random(1, 1000)
                INSERT INTO pgbench_upsert (k, v) VALUES (:k, 1) ON CONFLICT (k) DO UPDATE SET v = pgbench_upsert.v + 1
                """);
        succeeds(
                folder,
                RUN,
                "psql",
                "-X",
                uri,
                "-c",
                "CREATE TABLE IF NOT EXISTS pgbench_upsert (k int PRIMARY KEY, v int)");

        Program.Result upserts = Program.run(
                folder, RUN, "pgbench", "-n", "-M", mode, "-f", script.toString(), "-c", "4", "-t", "100", uri);

        assertThat(upserts.exitCode()).as(upserts.output()).isZero();
        assertThat(upserts.output()).contains("400/400");
    }

    @Test
    void pgbenchSelectsAfterItsOwnTablesWereFilled() {
        assumeTrue(Program.isInstalled("pgbench"), "SKIPPED: pgbench is not installed");
        succeeds(folder, RUN, "pgbench", "-i", "-I", "dt", uri);
        succeeds(
                folder,
                RUN,
                "psql",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                uri,
                "-c",
                "INSERT INTO pgbench_branches (bid, bbalance) SELECT bid, 0 FROM generate_series(1, 1) AS bid",
                "-c",
                "INSERT INTO pgbench_tellers (tid, bid, tbalance) SELECT tid, 1, 0 FROM generate_series(1, 10) AS tid",
                "-c",
                "INSERT INTO pgbench_accounts (aid, bid, abalance, filler)"
                        + " SELECT aid, 1, 0, '' FROM generate_series(1, 20000) AS aid");
        succeeds(folder, RUN, "pgbench", "-i", "-I", "pv", uri);

        Program.Result selects =
                Program.run(folder, RUN, "pgbench", "-S", "-M", "prepared", "-s", "1", "-c", "4", "-t", "200", uri);

        assertThat(selects.exitCode()).as(selects.output()).isZero();
        assertThat(selects.output()).contains("800/800");
    }
}
