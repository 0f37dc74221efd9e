package io.omnisql.node.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's side and the entrypoint of PostgreSQL's container, both as they are shipped. */
class ExternalPostgresTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private TestSidecar sidecar;

    @BeforeEach
    void startContainer() {
        sidecar = TestSidecar.start(folder);
    }

    @AfterEach
    void endContainer() {
        sidecar.close();
    }

    @Test
    void makesADatabaseLikeTheEmbeddedOne() throws Exception {
        try (var external = started();
                var embedded = TestPostgres.start();
                PostgresSession one = session(external);
                PostgresSession other = embedded.session("postgres")) {
            String differing = "SELECT string_agg(name || '=' || setting, ', ' ORDER BY name) FROM pg_settings"
                    + " WHERE NOT name LIKE 'log%' AND name NOT IN ('config_file', 'data_directory', 'hba_file',"
                    + " 'ident_file', 'port', 'unix_socket_directories')";

            assertThat(PostgresVersions.read(one)).isEqualTo(PostgresVersions.read(other));
            assertThat(one.single(differing)).isEqualTo(other.single(differing));
            assertThat(one.single("SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void asksForThePasswordThatThePodMadeForItself() throws Exception {
        try (var external = started()) {
            String url = "jdbc:postgresql://127.0.0.1:" + external.tcpAddress().getPort() + "/postgres";

            assertThat(external.superuserPassword()).hasSize(48);
            try (var connection =
                    DriverManager.getConnection(url, external.superuser(), external.superuserPassword())) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThatThrownBy(() -> DriverManager.getConnection(url, external.superuser(), "wrong"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void aDeathIsToldBeforePostgresLivesAgain() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        List<Boolean> livedAlready = new CopyOnWriteArrayList<>();
        try (var external = started()) {
            ProcessHandle first = sidecar.postmaster();
            external.addListener(recording(heard, () -> livedAlready.add(isAnswering(external))));

            first.destroyForcibly();

            await().atMost(SOON).untilAsserted(() -> assertThat(heard).containsExactly("ready", "died", "ready"));
            assertThat(livedAlready).containsExactly(false);
            assertThat(sidecar.postmaster().pid()).isNotEqualTo(first.pid());
        }
    }

    @Test
    void aContainerThatIsStartedAgainWaitsUntilItIsAsked() throws Exception {
        try (var external = started()) {
            try (PostgresSession session = session(external)) {
                session.execute("CREATE TABLE kept AS SELECT 7 AS seven");
            }
            List<String> heard = new CopyOnWriteArrayList<>();
            external.addListener(recording(heard, () -> {}));

            sidecar.crashAndBeginAnew();

            await().atMost(SOON).untilAsserted(() -> assertThat(heard).containsExactly("ready", "died", "ready"));
            try (PostgresSession session = session(external)) {
                assertThat(session.single("SELECT seven FROM kept")).isEqualTo("7");
            }
        }
        sidecar.crashAndBeginAnew();
        await().atMost(SOON).untilAsserted(() -> assertThat(sidecar.printed()).endsWith("waiting for the node\n"));
        assertThat(sidecar.state()).startsWith("stopped");
    }

    @Test
    void aNodeThatStartsAgainFindsItStopped() throws Exception {
        ExternalPostgres killed = started(); // Never closed: its process was killed.
        ProcessHandle running = sidecar.postmaster();

        ExternalPostgres.stop(sidecar.controlFolder());

        assertThat(running.isAlive()).isFalse();
        killed.close();
    }

    @Test
    void aNodeThatEndsStopsIt() throws Exception {
        ExternalPostgres external = started();
        ProcessHandle running = sidecar.postmaster();

        external.close();

        assertThat(running.isAlive()).isFalse();
        assertThat(sidecar.printed()).contains("database system is shut down");
    }

    @Test
    void aNodeThatPutsTheWholeFolderAsideFindsFreshData() throws Exception {
        try (var before = started();
                PostgresSession session = session(before)) {
            session.execute("CREATE TABLE gone AS SELECT 7 AS seven");
        }
        Files.move(sidecar.dataFolder(), folder.resolve("aside"));

        try (var after = started();
                PostgresSession session = session(after)) {
            assertThat(session.single("SELECT to_regclass('gone') IS NULL")).isEqualTo("t");
        }
    }

    @Test
    void theContainersEndIsACleanStop() throws Exception {
        try (var external = started()) {
            external.awaitReady(SOON);
            ProcessHandle running = sidecar.postmaster();

            assertThat(sidecar.end()).isZero();

            assertThat(running.isAlive()).isFalse();
            assertThat(sidecar.printed()).contains("database system is shut down");
        }
    }

    @Test
    void whatIsNoDataIsNotThrownAway() throws Exception {
        sidecar.close();
        Path strange = folder.resolve("strange");
        Files.createDirectories(strange.resolve("postgresql/pgdata/base"));
        try (var refusing = TestSidecar.start(strange)) {
            await().atMost(SOON).until(() -> !refusing.isAlive());

            assertThat(strange.resolve("postgresql/pgdata/base")).exists();
            assertThat(refusing.printed()).contains("not empty");
        }
    }

    @Test
    void settingsThatCouldMakeReplicasDifferAreRefused() {
        assertThatThrownBy(() -> PostgresParameters.checked(Map.of("timezone", "Europe/Oslo")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("omnisql.postgres.parameters.timezone");
        assertThatThrownBy(() -> PostgresParameters.checked(Map.of("work_mem", "1MB'\nfsync = off")))
                .hasMessageContaining("one line");
        assertThat(PostgresParameters.checked(Map.of("work_mem", "8MB"))).containsEntry("work_mem", "8MB");
    }

    private static PostgresInstance.Listener recording(List<String> heard, Runnable atDeath) {
        return new PostgresInstance.Listener() {
            @Override
            public void ready() {
                heard.add("ready");
            }

            @Override
            public void died() {
                heard.add("died");
                atDeath.run();
            }
        };
    }

    private ExternalPostgres started() throws IOException {
        ExternalPostgres.stop(awaitControlFolder());
        ExternalPostgres started = ExternalPostgres.start(sidecar.settings());
        started.awaitReady(SOON);
        return started;
    }

    /** In a pod the container has begun before the node is started. */
    private Path awaitControlFolder() {
        await().atMost(SOON).until(() -> Files.exists(sidecar.controlFolder().resolve("state")));
        return sidecar.controlFolder();
    }

    private static PostgresSession session(ExternalPostgres postgres) throws IOException {
        return PostgresSession.open(postgres.socketAddress(), postgres.superuser(), "postgres", Map.of(), SOON);
    }

    private static boolean isAnswering(ExternalPostgres postgres) {
        try (PostgresSession session = session(postgres)) {
            return session.isOpen();
        } catch (IOException e) {
            return false;
        }
    }
}
