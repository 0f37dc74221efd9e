package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is told to end. */
class OrderlyEndIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void itIsUnreadyFirstServesOnAndThenClosesEverything() throws Exception {
        var settings = Map.of("OMNISQL_NODE_STOP_DELAY", "5s", "OMNISQL_LOGGING_JSON", "true");
        try (TestCluster cluster = TestCluster.start(folder, 1, settings);
                Connection connection = cluster.connect(1, "leader")) {
            TestNode node = cluster.node(1);
            assertThat(node.folder().resolve("tmp").resolve("vertx-cache"))
                    .as("what a killed process would leave")
                    .doesNotExist();

            var end = CompletableFuture.runAsync(node::stop);

            Awaitility.await().atMost(SOON).until(() -> readiness(node) == 503);
            assertThat(end).as("it waits for those who are still sent to it").isNotDone();
            assertThat(isAnswering(connection)).isTrue();
            assertThat(end).succeedsWithin(SOON);
            assertThat(isAnswering(connection)).isFalse();
            assertThat(postgresLog(node)).contains("database system is shut down");
            assertThat(Files.readAllLines(node.logFile()).getLast()).startsWith("{\"timestamp\":");
        }
    }

    private static int readiness(TestNode node) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.adminPort() + "/q/health/ready"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static boolean isAnswering(Connection connection) {
        try {
            return TestCluster.query(connection, "SELECT 1").contains("1");
        } catch (SQLException e) {
            return false;
        }
    }

    private static String postgresLog(TestNode node) throws IOException {
        try (var files = Files.list(node.folder().resolve("postgresql").resolve("log"))) {
            return files.map(OrderlyEndIT::text).collect(Collectors.joining());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
