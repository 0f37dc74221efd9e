package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole cluster as a client without a driver, and a watcher without a password, see it. */
class HttpClusterIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration REQUEST_MAX = Duration.ofSeconds(40);

    @AutoClose
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    @BeforeAll
    static void startThreeNodes() throws IOException {
        cluster = TestCluster.start(folder, 3);
    }

    @BeforeEach
    void emptyTable() throws IOException, InterruptedException {
        cluster.ids().stream()
                .map(cluster::node)
                .filter(node -> !node.isRunning())
                .forEach(TestNode::start);
        cluster.awaitReady();
        done(
                1,
                "{\"statements\": [\"DROP TABLE IF EXISTS item\", \"CREATE TABLE item (id int PRIMARY KEY, name text)\"]}");
    }

    private static JsonNode done(int node, String json, String... headers) throws IOException, InterruptedException {
        String credentials = "app:" + TestCluster.PASSWORD;
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + cluster.node(node).httpPort() + "/v1/sql"))
                .timeout(REQUEST_MAX)
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(json));
        HttpResponse<String> answer = CLIENT.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("node %d: %s", node, answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String rows(JsonNode answer) {
        return answer.path("results").path(0).path("rows").toString();
    }

    private static String read(int node, String level) throws IOException, InterruptedException {
        return rows(done(node, "{\"sql\": \"SELECT * FROM item ORDER BY id\", \"read_level\": \"" + level + "\"}"));
    }

    @Test
    void aWriteAtAFollowerIsReadAtEachLevel() throws IOException, InterruptedException {
        int follower = cluster.awaitLeader() % 3 + 1;
        int other = follower % 3 + 1;

        JsonNode written = done(
                follower, "{\"sql\": \"INSERT INTO item VALUES ($1, $2) RETURNING *\", \"parameters\": [1, \"ä\"]}");

        assertThat(rows(written)).isEqualTo("[[1,\"ä\"]]");
        for (String level : List.of("local", "leader", "linearizable")) {
            assertThat(read(follower, level)).as(level).isEqualTo("[[1,\"ä\"]]");
        }
        assertThat(read(other, "leader")).isEqualTo("[[1,\"ä\"]]");
        assertThat(read(other, "linearizable")).isEqualTo("[[1,\"ä\"]]");
        assertThat(rows(done(
                        other,
                        "{\"sql\": \"SELECT * FROM item\", \"read_level\": \"local\", \"not_before\": "
                                + written.path("applied_index") + "}")))
                .isEqualTo("[[1,\"ä\"]]");
    }

    @Test
    void aRepeatedKeyGivesTheSameResultAtAnotherNodeAfterTheLeaderDied() throws IOException, InterruptedException {
        int leader = cluster.awaitLeader();
        int first = leader % 3 + 1;
        int second = first % 3 + 1;
        String insert = "{\"sql\": \"INSERT INTO item SELECT count(*), 'order' FROM item RETURNING id\"}";

        JsonNode before = done(first, insert, "Idempotency-Key", "order-17");
        JsonNode repeated = done(second, insert, "Idempotency-Key", "order-17");
        cluster.node(leader).kill();
        JsonNode afterwards = done(second, insert, "Idempotency-Key", "order-17");

        assertThat(rows(before)).isEqualTo("[[0]]");
        assertThat(repeated.path("results")).isEqualTo(before.path("results"));
        assertThat(afterwards.path("results")).isEqualTo(before.path("results"));
        assertThat(read(first, "linearizable")).isEqualTo("[[0,\"order\"]]");
        cluster.node(leader).start();
        cluster.awaitReady();
        assertThat(rows(done(leader, insert, "Idempotency-Key", "order-17"))).isEqualTo("[[0]]");
    }

    @Test
    void eachNodeTellsHowItStands() throws IOException, InterruptedException {
        done(2, "{\"sql\": \"INSERT INTO item VALUES (1, 'a')\"}");
        int leader = cluster.awaitLeader();

        for (int id : cluster.ids()) {
            TestNode node = cluster.node(id);
            Awaitility.await("node " + id + " is ready")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> node.get("/q/health/ready").contains("\"UP\""));
            JsonNode status = JSON.readTree(node.get("/v1/status"));
            assertThat(status.path("node").asInt()).isEqualTo(id);
            assertThat(status.path("leader").asInt()).isEqualTo(leader);
            assertThat(status.path("role").asText()).isEqualTo(id == leader ? "leader" : "follower");
            assertThat(status.path("appliedIndex").asLong()).isPositive();
            assertThat(status.path("peers"))
                    .hasSize(2)
                    .allMatch(peer -> peer.path("connected").asBoolean());
            assertThat(status.path("divergences")).isEmpty();
            assertThat(status.path("postgres").path("applier").asText()).isEqualTo("running");
            assertThat(status.path("versions").path("postgresql").asText()).startsWith("17.");
        }
    }

    @Test
    void eachNodeCountsWhatItsDiskAndItsPeersDo() throws IOException, InterruptedException {
        done(3, "{\"sql\": \"INSERT INTO item VALUES (1, 'a')\"}");
        int leader = cluster.awaitLeader();

        for (int id : cluster.ids()) {
            int peer = id % 3 + 1;
            String metrics = cluster.node(id).get("/q/metrics");
            assertThat(value(metrics, "omnisql_leader")).isEqualTo(id == leader ? 1 : 0);
            assertThat(value(metrics, "omnisql_log_sync_seconds_count")).isPositive();
            assertThat(value(metrics, "omnisql_log_sync_batches_sum"))
                    .isGreaterThanOrEqualTo(value(metrics, "omnisql_log_sync_seconds_count"));
            assertThat(value(metrics, "omnisql_log_written_bytes_total")).isPositive();
            assertThat(value(metrics, "omnisql_log_segments")).isPositive();
            assertThat(value(metrics, "omnisql_log_disk_bytes")).isGreaterThan(1_000_000);
            assertThat(value(metrics, "omnisql_database_bytes")).isGreaterThan(1_000_000);
            assertThat(value(metrics, "omnisql_postgres_sessions")).isPositive();
            for (String direction : List.of("in", "out")) {
                String labels = "direction=\"" + direction + "\",peer=\"" + peer + "\"";
                assertThat(value(metrics, "omnisql_peer_frames_total", labels)).isPositive();
                assertThat(value(metrics, "omnisql_peer_bytes_total", labels)).isPositive();
            }
            assertThat(value(metrics, "omnisql_peer_links_total", "peer=\"" + peer + "\""))
                    .isGreaterThanOrEqualTo(4);
            assertThat(value(metrics, "omnisql_peer_refused_handshakes_total")).isNotNegative();
        }
    }

    private static double value(String metrics, String name, String... labels) {
        String inner = labels.length == 0 ? "[^}]*" : Pattern.quote(labels[0]);
        Matcher found = Pattern.compile("(?m)^" + name + "(?:\\{" + inner + "})? ([0-9.eE+-]+)$")
                .matcher(metrics);
        assertThat(found.find()).as("%s %s in:\n%s", name, inner, metrics).isTrue();
        return Double.parseDouble(found.group(1));
    }
}
