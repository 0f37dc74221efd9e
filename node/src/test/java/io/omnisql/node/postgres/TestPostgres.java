package io.omnisql.node.postgres;

import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/**
 * A real PostgreSQL for a test, in a folder of its own; several may run at once. Started from a template that is made once per
 * machine, so that it costs well under a second.
 */
public final class TestPostgres implements AutoCloseable {
    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "omnisql");
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final Path folder;
    private final EmbeddedPostgres postgres;

    private TestPostgres(Path folder, EmbeddedPostgres postgres) {
        this.folder = folder;
        this.postgres = postgres;
    }

    /** Started and ready, with the settings that the product ships. */
    public static TestPostgres start() {
        return start(Map.of());
    }

    /** The same with settings of PostgreSQL that differ. */
    public static TestPostgres start(Map<String, String> extra) {
        try {
            return start(Files.createTempDirectory("omnisql-pg-"), extra);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves nothing behind when it fails. */
    private static TestPostgres start(Path folder, Map<String, String> extra) throws IOException {
        EmbeddedPostgres postgres = null;
        try {
            copyTemplate(folder);
            postgres = EmbeddedPostgres.start(settings(folder, FreePorts.next(), extra));
            postgres.awaitReady(START_MAX);
            return new TestPostgres(folder, postgres);
        } catch (IOException | RuntimeException e) {
            if (postgres != null) {
                postgres.close();
            }
            ClusterFolder.delete(folder);
            throw e;
        }
    }

    /** The instance, as the node's rooms take it. */
    public EmbeddedPostgres instance() {
        return postgres;
    }

    /** A session of any role over the trusted socket. */
    public PostgresSession session(String user, String database) throws IOException {
        return PostgresSession.open(postgres.socketAddress(), user, database, Map.of(), START_MAX);
    }

    /** A session of the superuser. */
    public PostgresSession session(String database) throws IOException {
        return session(EmbeddedPostgres.SUPERUSER, database);
    }

    /** A JDBC URL; log in with a role that has a password, or as the superuser with {@link #superuserPassword}. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + postgres.tcpAddress().getPort() + "/" + database;
    }

    /** The superuser's password over TCP. */
    public String superuserPassword() throws IOException {
        return new ClusterFolder(folder.resolve("cluster")).superuserPassword();
    }

    /** Where all its files lie. */
    public Path folder() {
        return folder;
    }

    /** Kills PostgreSQL as a power cut of the process would; its supervisor starts it again. */
    public void kill() {
        ProcessHandle main = ProcessHandle.of(postgres.pid()).orElseThrow();
        main.destroyForcibly();
    }

    @Override
    public void close() {
        postgres.close();
        try {
            ClusterFolder.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EmbeddedPostgres.Settings settings(Path folder, int port, Map<String, String> extra) {
        return new EmbeddedPostgres.Settings(
                folder.resolve("cluster"), CACHE, folder.resolve("socket"), port, 100, extra);
    }

    private static synchronized void copyTemplate(Path folder) throws IOException {
        PostgresBinaries binaries = PostgresBinaries.unpackedIn(CACHE);
        Path template = CACHE.resolve("template-" + binaries.folder().getFileName());
        if (!Files.isDirectory(template)) {
            Path fresh = Files.createTempDirectory(CACHE, "template-");
            new ClusterFolder(fresh).prepare(binaries, LaunchMode.detect());
            PostgresBinaries.renameOrDrop(fresh, template);
        }
        copy(template, folder.resolve("cluster"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(
                        path,
                        to.resolve(from.relativize(path)),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
