package io.omnisql.node.postgres;

import io.omnisql.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The entrypoint of PostgreSQL's container as it is shipped, run without a container, with the embedded programs. */
public final class TestSidecar implements AutoCloseable {
    private static final Path ENTRYPOINT = Path.of("..", "images", "postgres", "omnisql-postgres")
            .toAbsolutePath()
            .normalize();
    private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "omnisql");
    private static final long END_SECONDS_MAX = 60;

    private final Path folder;
    private final int port;
    private Process process;

    private TestSidecar(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = begin();
    }

    /** Begins its first life; the control folder is a fresh pod's. */
    public static TestSidecar start(Path folder) {
        try {
            return new TestSidecar(folder, FreePorts.next());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process begin() throws IOException {
        LaunchMode mode = LaunchMode.detect();
        Files.createDirectories(folder);
        mode.own(folder);
        var command = new ProcessBuilder(mode.command(List.of("bash", ENTRYPOINT.toString())));
        command.environment().putAll(environment());
        return command.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("sidecar.log").toFile()))
                .start();
    }

    private Map<String, String> environment() throws IOException {
        var variables = new HashMap<String, String>();
        Path initdb = Path.of(PostgresBinaries.unpackedIn(CACHE).program("initdb"));
        variables.put("OMNISQL_POSTGRES_PROGRAMS", initdb.resolveSibling("").toString());
        variables.put("OMNISQL_POSTGRES_FOLDER", dataFolder().toString());
        variables.put("OMNISQL_POSTGRES_CONTROL_FOLDER", controlFolder().toString());
        variables.put("OMNISQL_POSTGRES_SOCKET_FOLDER", socketFolder().toString());
        return variables;
    }

    /** PostgreSQL's files. */
    public Path dataFolder() {
        return folder.resolve("postgresql");
    }

    /** Where node and entrypoint talk. */
    public Path controlFolder() {
        return folder.resolve("c");
    }

    private Path socketFolder() {
        return folder.resolve("s");
    }

    /** What the node would use. */
    public ExternalPostgres.Settings settings() {
        return new ExternalPostgres.Settings(dataFolder(), controlFolder(), socketFolder(), port, 100, Map.of());
    }

    /** What the node reads. */
    String state() throws IOException {
        return Files.readString(controlFolder().resolve("state"));
    }

    /** What the container printed. */
    String printed() throws IOException {
        return Files.readString(folder.resolve("sidecar.log"));
    }

    /** PostgreSQL's main process. */
    ProcessHandle postmaster() throws IOException {
        String pid = Files.readAllLines(dataFolder().resolve("pgdata/postmaster.pid"))
                .getFirst();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As kubelet ends the container. */
    int end() throws IOException, InterruptedException {
        // unshare and setpriv execute the script in their place, so the signal meets it.
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                .start()
                .waitFor();
        if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IOException("The entrypoint did not end: " + printed());
        }
        return process.exitValue();
    }

    /** The container dies with all its processes, and is started again in the same pod. */
    void crashAndBeginAnew() throws IOException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
        process = begin();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
