package io.omnisql.operator.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.omnisql.operator.plan.Member;
import io.omnisql.operator.plan.MemberAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The nodes' admin API. Every call is bounded in time and size; what it changes, it changes once, however often it is repeated: the nodes
 * compare with the configuration that the caller expects.
 */
public final class NodeAdminClient {
    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ACT_TIMEOUT = Duration.ofSeconds(20);
    /** The node asks all others first, and starts its rooms anew. */
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(60);

    private static final int CONFLICT = 409;
    private static final long ANSWER_BYTES_MAX = 1 << 20;

    private final NodeConnections connections = new NodeConnections();
    private final ObjectMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final int port;

    /** Calls nodes at that port. */
    public NodeAdminClient(int port) {
        this.port = port;
    }

    /**
     * Where a node is reached, and how it and the operator know each other.
     *
     * @param trust null where nodes talk in the clear
     */
    public record Access(
            String address, String token, @Nullable NodeTrust trust) {
        @Override
        public String toString() {
            return address; // The token must not reach a log.
        }
    }

    /** What the node tells about itself; empty when it does not answer in time, or not in the way it should. */
    public CompletableFuture<Optional<MemberAnswer>> look(Access access) {
        var request = request(access, "membership", LOOK_TIMEOUT).GET().build();
        return connections
                .to(access.trust())
                .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX))
                .thenApply(this::answer)
                .orTimeout(LOOK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> Optional.empty());
    }

    private Optional<MemberAnswer> answer(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    json.readValue(response.body(), MembershipJson.class).toAnswer());
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // A node of a version that speaks otherwise is as one that is silent.
        }
    }

    /** Makes an empty node a learner. */
    public void join(Access access, String clusterUid, long memberId, List<String> members) throws NodeRefusal {
        post(access, "join", Map.of("clusterUid", clusterUid, "memberId", memberId, "members", members));
    }

    /** Changes the voters if the configuration is still that one; waits until it is decided. */
    public void reconfigure(Access access, long expectedConfigurationId, List<Member> members) throws NodeRefusal {
        var named = members.stream()
                .map(member -> Map.of(
                        "memberId", member.memberId(),
                        "incarnation", member.incarnation(),
                        "address", member.address(),
                        "priority", member.priority()))
                .toList();
        post(access, "reconfigure", Map.of("expectedConfigurationId", expectedConfigurationId, "members", named));
    }

    /** Hands the lead over to that member. */
    public void handOver(Access access, long memberId) throws NodeRefusal {
        post(access, "leadership", Map.of("memberId", memberId));
    }

    /** Makes a node empty whose membership is over. */
    public void retire(Access access) throws NodeRefusal {
        post(access, "retire", Map.of());
    }

    /** Makes a member a cluster of its own; the node refuses while it hears a quorum, or somebody who holds more. */
    public void recoverFromQuorumLoss(Access access, String clusterUid) throws NodeRefusal {
        post(access, "recover-from-quorum-loss", Map.of("clusterUid", clusterUid), RECOVERY_TIMEOUT);
    }

    private void post(Access access, String what, Map<String, Object> body) throws NodeRefusal {
        post(access, what, body, ACT_TIMEOUT);
    }

    private void post(Access access, String what, Map<String, Object> body, Duration timeout) throws NodeRefusal {
        try {
            var request = request(access, what, timeout)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                    .build();
            var response = connections
                    .to(access.trust())
                    .send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
            if (response.statusCode() != 200) {
                throw new NodeRefusal(
                        "%s refused %s: %d %s"
                                .formatted(
                                        access,
                                        what,
                                        response.statusCode(),
                                        new String(response.body(), StandardCharsets.UTF_8)),
                        response.statusCode() == CONFLICT);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of plain values is JSON", e);
        } catch (IOException e) {
            throw new NodeRefusal("%s did not answer to %s: %s".formatted(access, what, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeRefusal("interrupted while %s was asked to %s".formatted(access, what));
        }
    }

    private HttpRequest.Builder request(Access access, String what, Duration timeout) {
        String host = access.address().contains(":") ? "[" + access.address() + "]" : access.address();
        String scheme = access.trust() == null ? "http" : "https";
        return HttpRequest.newBuilder(URI.create("%s://%s:%d/admin/v1/%s".formatted(scheme, host, port, what)))
                .timeout(timeout)
                .header("Authorization", "Bearer " + access.token());
    }
}
