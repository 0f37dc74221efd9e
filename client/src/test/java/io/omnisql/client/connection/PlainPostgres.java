package io.omnisql.client.connection;

import io.omnisql.client.connection.SessionSettings.LevelBy;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.testing.FreePorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL for tests, that can crash and come back with its data, at the same port. */
public final class PlainPostgres implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final EmbeddedPostgres postgres;
    private @Nullable Path program;

    /** Starts one in a temporary folder. */
    public PlainPostgres() {
        try {
            folder = Files.createTempDirectory("client-postgres-");
            port = FreePorts.next();
            postgres = started();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** Its address, with user and password. */
    public String url() {
        return url(port);
    }

    /** The same through another port of this machine. */
    public String url(int otherPort) {
        return "postgresql://postgres:postgres@127.0.0.1:" + otherPort + "/postgres";
    }

    public int port() {
        return port;
    }

    /** Settings of sessions with it alone. */
    public SessionSettings settings() {
        return settings(List.of(Target.parse(url())), WriteRetry.NEVER);
    }

    /** Settings of sessions with these targets, quick to give up. */
    public static SessionSettings settings(List<Target> targets, WriteRetry retry) {
        return new SessionSettings(
                targets,
                Reconnect.NEXT,
                ReadLevel.LINEARIZABLE,
                Duration.ZERO,
                LevelBy.SET,
                Duration.ofSeconds(3),
                retry,
                Duration.ofSeconds(20));
    }

    /** Ends it at once, as a crash does: no checkpoint, every session broken. */
    public void crash() throws IOException, InterruptedException {
        String pid = Files.readAllLines(data().resolve("postmaster.pid")).getFirst();
        program = Path.of("/proc", pid, "exe").toRealPath();
        // SIGQUIT is PostgreSQL's immediate shutdown; SIGKILL would leave its children to notice.
        new ProcessBuilder("kill", "-QUIT", pid).start().waitFor();
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(handle -> handle.onExit().join());
    }

    /** Starts it again after {@link #crash}, and waits until it has recovered. */
    public void restart() throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U")); // PostgreSQL refuses to run as root.
        }
        command.addAll(List.of(
                Objects.requireNonNull(program, "Not crashed").toString(),
                "-D",
                data().toString(),
                "-p",
                Integer.toString(port)));
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("restart.log").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> number("SELECT 1") == 1);
    }

    /** Runs a statement. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row, as a number. */
    public long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        deleteFolder();
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(PlainPostgres::delete);
        }
    }

    private Connection connect() throws SQLException {
        Target target = Target.parse(url());
        return DriverManager.getConnection(target.jdbcUrl(), target.login());
    }

    /** Leaves nothing behind when it fails. */
    private EmbeddedPostgres started() throws IOException {
        try {
            return EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data())
                    .setCleanDataDirectory(false)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
        } catch (IOException | RuntimeException failed) {
            Path pid = data().resolve("postmaster.pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).getFirst()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
            deleteFolder();
            throw failed;
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
