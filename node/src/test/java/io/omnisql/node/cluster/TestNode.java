package io.omnisql.node.cluster;

import io.omnisql.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One node as a process of its own. */
final class TestNode {
    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final int LOG_TAIL_LINES = 40;

    private final int id;
    private final Path folder;
    private final Map<String, String> settings = new TreeMap<>();
    private final int peerPort = FreePorts.next();
    private final int sqlPort = FreePorts.next();
    private final int httpPort = FreePorts.next();
    private final int adminPort = FreePorts.next();
    private final int postgresPort = FreePorts.next();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private @Nullable Process process;

    TestNode(int id, Path folder) {
        this.id = id;
        this.folder = folder;
        set("OMNISQL_NODE_ID", Integer.toString(id));
        set("OMNISQL_NODE_DATA_FOLDER", folder.toString());
        set("OMNISQL_CLUSTER_ID", "test");
        set("OMNISQL_CLUSTER_INITIAL_LEADER", "1");
        set("OMNISQL_SQL_PORT", Integer.toString(sqlPort));
        set("OMNISQL_HTTP_PORT", Integer.toString(httpPort));
        set("OMNISQL_ADMIN_PORT", Integer.toString(adminPort));
        set("OMNISQL_PEER_PORT", Integer.toString(peerPort));
        set("OMNISQL_POSTGRES_PORT", Integer.toString(postgresPort));
    }

    /** An environment variable of the process; takes effect at its next start. */
    void set(String variable, String value) {
        settings.put(variable, value);
    }

    int peerPort() {
        return peerPort;
    }

    int id() {
        return id;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + sqlPort + "/omnisql";
    }

    int sqlPort() {
        return sqlPort;
    }

    int httpPort() {
        return httpPort;
    }

    int adminPort() {
        return adminPort;
    }

    Path folder() {
        return folder;
    }

    Path logFile() {
        return folder.resolve("node.log");
    }

    synchronized void start() {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR + " is missing: these tests run after the package phase");
        }
        try {
            Path temporary =
                    Files.createDirectories(folder.resolve("tmp")); // What a killed process leaves goes with it.
            var builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx224m",
                    "-Djava.io.tmpdir=" + temporary,
                    "-XX:TieredStopAtLevel=" + System.getProperty("omnisql.test.tier", "4"),
                    "-jar",
                    JAR.toString());
            builder.environment().putAll(settings);
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the program once, with these arguments and this node's settings, to its end. */
    Program.Result run(String... arguments) {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return Program.run(folder, Duration.ofMinutes(2), settings, command.toArray(String[]::new));
    }

    /** Deletes all that it has on its disk but what it printed. */
    void emptyFolder() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.toList().reversed()) {
                if (!path.equals(logFile()) && !path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
    }

    synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** SIGKILL to the node and its PostgreSQL at once, as when the machine dies. */
    synchronized void kill() {
        Process running = process;
        if (running != null && running.isAlive()) {
            signal("STOP", running.pid()); // So that it cannot see its PostgreSQL die first.
            killPostgres();
            signal("KILL", running.pid());
            awaitEnd(running);
        }
    }

    /** SIGKILL to the node alone; its PostgreSQL is left behind. */
    synchronized void killNodeOnly() {
        Process running = process;
        if (running != null && running.isAlive()) {
            signal("KILL", running.pid());
            awaitEnd(running);
        }
    }

    /** SIGKILL to its PostgreSQL alone. */
    void killPostgres() {
        long postmaster = postmasterPid();
        if (postmaster > 0) {
            signal("KILL", postmaster);
        }
    }

    void pause() {
        signalNode("STOP");
    }

    void resume() {
        signalNode("CONT");
    }

    /** SIGTERM: an orderly stop. */
    synchronized void stop() {
        Process running = process;
        if (running != null && running.isAlive()) {
            signal("TERM", running.pid());
            awaitEnd(running);
        }
    }

    private synchronized void signalNode(String signal) {
        if (process != null && process.isAlive()) {
            signal(signal, process.pid());
        }
    }

    private long postmasterPid() {
        try {
            List<String> lines = Files.readAllLines(
                    folder.resolve("postgresql").resolve("pgdata").resolve("postmaster.pid"));
            return lines.isEmpty() ? 0 : Long.parseLong(lines.getFirst().strip());
        } catch (IOException none) {
            return 0;
        }
    }

    private static void signal(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitEnd(Process ending) {
        try {
            if (!ending.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Process " + ending.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A field of /v1/status as text, or null when the node does not answer. */
    @Nullable
    String status(String field) {
        String body = get("/v1/status");
        Matcher found =
                Pattern.compile("\"" + field + "\"\\s*:\\s*\"?([^\",}]*)").matcher(body);
        return found.find() ? found.group(1) : null;
    }

    /** What the HTTP port or, for its paths, the management port answers; empty when it does not. */
    String get(String path) {
        int port = path.startsWith("/q/") || path.startsWith("/admin/") ? adminPort : httpPort;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(8))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException unreachable) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** An order to the admin API. */
    HttpResponse<String> order(String path, String json) {
        return post(adminPort, path, json, "Accept", "application/json");
    }

    /** SQL over HTTP, as the first role. */
    HttpResponse<String> sql(String json) {
        String credentials = "app:" + TestCluster.PASSWORD;
        return post(
                httpPort,
                "/v1/sql",
                json,
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse<String> post(int port, String path, String json, String header, String value) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(40))
                    .header("Content-Type", "application/json")
                    .header(header, value)
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String logTail() {
        try {
            List<String> lines = Files.readAllLines(logFile());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }
}
