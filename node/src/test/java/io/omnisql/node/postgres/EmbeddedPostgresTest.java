package io.omnisql.node.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.testing.FreePorts;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void takesTrustedSessionsOverItsPrivateSocket() throws IOException {
        try (var postgres = TestPostgres.start();
                PostgresSession session = postgres.session("postgres")) {
            assertThat(session.single("SELECT current_user || ' ' || $1::int * 2", "21"))
                    .isEqualTo("omnisql_system 42");
            assertThat(session.single(
                            "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'postgres'"))
                    .isEqualTo("bC.UTF-8");
        }
    }

    @Test
    void asksForAPasswordOverTcp() throws Exception {
        try (var postgres = TestPostgres.start()) {
            String url = postgres.jdbcUrl("postgres");

            assertThatThrownBy(() -> DriverManager.getConnection(url, "omnisql_system", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            try (var connection = DriverManager.getConnection(url, "omnisql_system", postgres.superuserPassword())) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void carriesAPipelineWhoseAnswersAreLargerThanAnySocketBuffer() throws IOException {
        try (var postgres = TestPostgres.start();
                PostgresSession session = postgres.session("postgres")) {
            byte[] name = "wide".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            session.out().parse(name, "SELECT repeat($1, 10)", new int[] {25});
            for (int i = 0; i < 2_000; i++) {
                session.out().bindText(name, "x".repeat(1_000)).execute();
            }
            session.out().sync();

            int rows = 0;
            for (char type = session.next(); type != 'Z'; type = session.next()) {
                rows += type == 'D' ? 1 : 0;
            }

            assertThat(rows).isEqualTo(2_000);
        }
    }

    @Test
    void tellsAnErrorAndLivesOn() throws IOException {
        try (var postgres = TestPostgres.start();
                PostgresSession session = postgres.session("postgres")) {
            assertThatThrownBy(() -> session.rows("SELECT 1/0"))
                    .isInstanceOfSatisfying(
                            PostgresError.class, e -> assertThat(e.sqlState()).isEqualTo("22012"));
            assertThat(session.single("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void isStartedAgainAfterItWasKilledAndTellsSoInOrder() throws IOException {
        try (var postgres = TestPostgres.start()) {
            List<String> heard = new CopyOnWriteArrayList<>();
            postgres.instance().addListener(new PostgresInstance.Listener() {
                @Override
                public void ready() {
                    heard.add("ready");
                }

                @Override
                public void died() {
                    heard.add("died");
                }
            });

            postgres.kill();

            await().atMost(SOON).untilAsserted(() -> assertThat(heard).containsExactly("ready", "died", "ready"));
            try (PostgresSession session = postgres.session("postgres")) {
                assertThat(session.single("SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void endsWhatAnEarlierLifeLeftRunningInItsFolder(@TempDir Path folder) throws Exception {
        var settings = TestPostgres.settings(folder, FreePorts.next(), Map.of());
        EmbeddedPostgres.start(settings).close();
        assertThat(settings.socketFolder()).doesNotExist();
        ClusterFolder.socketFolder(settings.socketFolder(), LaunchMode.detect());
        var cluster = new ClusterFolder(settings.dataFolder());
        Process earlier = new PostgresProcess(
                        PostgresBinaries.unpackedIn(settings.binariesFolder()),
                        LaunchMode.detect(),
                        cluster,
                        ServerSettings.of(settings, cluster))
                .start();
        await().atMost(SOON).until(() -> Files.exists(cluster.data().resolve("postmaster.pid")));

        try (EmbeddedPostgres later = EmbeddedPostgres.start(settings)) {
            later.awaitReady(SOON);

            assertThat(earlier.isAlive()).isFalse();
            assertThat(later.pid()).isNotEqualTo(earlier.pid());
        }
    }

    @Test
    void leavesNoProcessBehindWhenClosed() throws IOException {
        var postgres = TestPostgres.start();
        ProcessHandle main = ProcessHandle.of(postgres.instance().pid()).orElseThrow();
        List<ProcessHandle> all = main.descendants().toList();

        postgres.close();

        assertThat(all).isNotEmpty();
        await().atMost(SOON).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(main.isAlive()).isFalse();
        assertThat(Files.exists(postgres.folder())).isFalse();
    }

    @Test
    void describesWhatReplicasMustShare() throws IOException {
        try (var first = TestPostgres.start();
                var second = TestPostgres.start();
                PostgresSession one = first.session("postgres");
                PostgresSession other = second.session("postgres")) {
            PostgresVersions versions = PostgresVersions.read(one);

            assertThat(versions).isEqualTo(PostgresVersions.read(other));
            assertThat(versions.serverVersion()).isEqualTo("170011");
            assertThat(versions.timeZones()).hasSize(32);
        }
    }

    @Test
    void runsAsNobodyWhereUserNamespacesAreForbidden() throws Exception {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
        Path folder = Files.createTempDirectory("omnisql-nobody-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            var settings = TestPostgres.settings(folder, FreePorts.next(), Map.of());
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(folder.resolve("binaries"));
            var cluster = new ClusterFolder(settings.dataFolder());
            cluster.prepare(binaries, LaunchMode.NOBODY);
            ClusterFolder.socketFolder(settings.socketFolder(), LaunchMode.NOBODY);
            var server = ServerSettings.of(settings, cluster);
            var postgres = new PostgresProcess(binaries, LaunchMode.NOBODY, cluster, server);

            Process process = postgres.start();

            await().atMost(SOON).ignoreExceptions().until(() -> {
                try (var session = PostgresSession.open(
                        UnixDomainSocketAddress.of(server.socketPath()),
                        "omnisql_system",
                        "postgres",
                        Map.of(),
                        SOON)) {
                    return session.single("SELECT 1").equals("1");
                }
            });
            postgres.stop(process);
            assertThat(process.isAlive()).isFalse();
        } finally {
            ClusterFolder.delete(folder);
        }
    }

    @Test
    void aSocketsFolderThatAnotherUserMadeFirstIsRefused(@TempDir Path folder) throws Exception {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("only root can play another user")
                .isEqualTo(0);
        Path planted = Files.createDirectory(folder.resolve("planted"));
        Files.setAttribute(planted, "unix:uid", 12345);

        for (LaunchMode mode : List.of(LaunchMode.USER_NAMESPACE, LaunchMode.NOBODY)) {
            assertThatThrownBy(() -> ClusterFolder.socketFolder(planted, mode))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("belongs to user 12345");
        }
    }
}
