package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/** Changes the members of a cluster as an operator does: by the admin API alone. */
final class Administration {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RECONFIGURE = "/admin/v1/reconfigure";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final TestCluster cluster;

    Administration(TestCluster cluster) {
        this.cluster = cluster;
    }

    JsonNode membership(int node) {
        try {
            String body = cluster.node(node).get("/admin/v1/membership");
            return body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    String state(int node) {
        return membership(node).path("state").asText();
    }

    long memberId(int node) {
        return membership(node).path("memberId").asLong();
    }

    void awaitState(int node, String state) {
        Awaitility.await("node " + node + " is " + state + "; its log is "
                        + cluster.node(node).logFile())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> state.equals(state(node)));
    }

    /** The node in this place of the cluster that leads. */
    int leader() {
        return cluster.awaitLeader();
    }

    /** The first voting node, but not this one. */
    int anotherThan(int node) {
        return cluster.ids().stream()
                .filter(id ->
                        id != node && cluster.node(id).isRunning() && state(id).equals("Voting"))
                .findFirst()
                .orElseThrow();
    }

    /** Makes a joining node a learner of the next free id, and waits until it has caught up. */
    void join(int node) {
        awaitState(node, "Joining");
        JsonNode known = membership(anotherThan(node));
        ObjectNode order = JSON.createObjectNode();
        order.set("clusterUid", known.path("clusterUid"));
        long memberId = nextMemberId(known);
        order.put("memberId", memberId);
        ArrayNode addresses = order.putArray("members");
        known.path("configuration").path("members").forEach(member -> addresses.add(member.path("address")));
        accepted(cluster.node(node).order("/admin/v1/join", order.toString()));
        accepted(cluster.node(node).order("/admin/v1/join", order.toString())); // Repeated, as after a lost answer.
        Awaitility.await("node " + node + " has caught up; its log is "
                        + cluster.node(node).logFile())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> membership(node).path("caughtUp").asBoolean()
                        && state(node).equals("Learner"));
        assertThat(memberId(node)).isEqualTo(memberId);
    }

    /** Learners take ids as they come. */
    private long nextMemberId(JsonNode known) {
        long next = known.path("configuration").path("nextMemberId").asLong();
        for (int id : cluster.ids()) {
            if (cluster.node(id).isRunning() && state(id).equals("Learner")) {
                next = Math.max(next, memberId(id) + 1);
            }
        }
        return next;
    }

    /** These nodes, and no others, shall be the members; asked of node {@code via}. */
    void reconfigure(int via, List<Integer> nodes) {
        String order = reconfiguration(via, nodes);
        HttpResponse<String> first = cluster.node(via).order(RECONFIGURE, order);
        accepted(first);
        HttpResponse<String> again = cluster.node(via).order(RECONFIGURE, order);
        assertThat(again.body()).as("a repeated order").isEqualTo(first.body());
        nodes.forEach(node -> awaitState(node, "Voting"));
    }

    /** An order that is refused because one of its members is not ready to vote; the configuration stays. */
    void assertRefused(int via, String order, String reason) {
        JsonNode before = membership(via).path("configuration");
        HttpResponse<String> answer = cluster.node(via).order(RECONFIGURE, order);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(answer.body()).contains("learner_not_ready").contains(reason);
        assertThat(membership(via).path("configuration")).isEqualTo(before);
    }

    /** The order that makes these nodes the members. */
    String reconfiguration(int via, List<Integer> nodes) {
        JsonNode current = membership(via).path("configuration");
        ObjectNode order = JSON.createObjectNode();
        order.set("expectedConfigurationId", current.path("id"));
        ArrayNode members = order.putArray("members");
        for (int node : nodes) {
            members.add(member(current, node));
        }
        return order.toString();
    }

    private JsonNode member(JsonNode current, int node) {
        JsonNode own = membership(node);
        return StreamSupport.stream(current.path("members").spliterator(), false)
                .filter(member -> member.path("memberId").equals(own.path("memberId")))
                .findFirst()
                .orElseGet(() -> {
                    ObjectNode fresh = JSON.createObjectNode();
                    fresh.set("memberId", own.path("memberId"));
                    fresh.set("incarnation", own.path("incarnation"));
                    fresh.set("address", own.path("address"));
                    return fresh.put("priority", 0);
                });
    }

    /** The lead goes to another member; tells which node has it now. */
    int handOver(int via) {
        int before = leader();
        accepted(cluster.node(via).order("/admin/v1/leadership", "{}"));
        return Awaitility.await("another node leads").atMost(PATIENCE).until(this::leader, now -> now != before);
    }

    /** A removed node gives up its identity. */
    void retire(int node) {
        awaitState(node, "Retired");
        accepted(cluster.node(node).order("/admin/v1/retire", "{}"));
        awaitState(node, "Joining");
    }

    static void accepted(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Nodes that vote. */
    List<Integer> voting() {
        List<Integer> voting = new ArrayList<>(cluster.ids());
        voting.removeIf(id -> !state(id).equals("Voting"));
        return voting;
    }
}
