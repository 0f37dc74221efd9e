package io.omnisql.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnisql.node.http.ClosedNodeProfile;
import io.omnisql.node.membership.Change;
import io.omnisql.node.membership.Member;
import io.omnisql.node.membership.MembershipAdmin;
import io.omnisql.node.membership.MembershipView;
import io.omnisql.node.membership.Reply;
import io.omnisql.node.membership.Roster;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP, JSON, token and errors of the admin API; what is ordered is only noted down here. */
@QuarkusTest
@TestProfile(ClosedNodeProfile.class)
class AdminApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROOT = "/admin/v1/";
    private static final UUID UID = new UUID(1, 2);
    private static final Roster ROSTER =
            new Roster(3, 5, List.of(new Member(4, new UUID(3, 4), "a.example:7000", 0)), 1, 1);

    @TestHTTPResource(value = "/", management = true)
    @SuppressWarnings("NullAway.Init") // Quarkus sets it.
    URI admin;

    @Inject
    @SuppressWarnings("NullAway.Init") // Quarkus sets it.
    AdminDoor door;

    @TempDir
    Path folder;

    private final Notes notes = new Notes();

    private HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(admin.resolve(ROOT + path)).POST(HttpRequest.BodyPublishers.ofString(body)),
                headers);
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(admin.resolve(ROOT + path)), headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            HttpRequest sent = headers.length == 0
                    ? request.build()
                    : request.headers(headers).build();
            return client.send(sent, HttpResponse.BodyHandlers.ofString());
        }
    }

    private void openOnLoopback() {
        door.open(notes, "127.0.0.1", Optional.empty());
    }

    @Test
    void tellsTheNodeAsAMember() throws IOException, InterruptedException {
        openOnLoopback();

        JsonNode told = JSON.readTree(get("membership").body());

        assertThat(told).isEqualTo(JSON.readTree("""
                {"clusterUid":null,"memberId":null,"incarnation":"00000000-0000-0003-0000-000000000004","state":"Joining",
                 "address":"a.example:7000","configuration":null,"leader":null,"acceptedIndex":1,"decidedIndex":2,
                 "appliedIndex":3,"trimmedIndex":4,"caughtUp":false,"lagEntries":5,"draining":false,"founded":false,
                 "version":"0"}"""));
    }

    @Test
    void ordersArriveAsTheyWereGiven() throws IOException, InterruptedException {
        openOnLoopback();

        post("join", "{\"clusterUid\":\"" + UID + "\",\"memberId\":4,\"members\":[\"a.example:7000\"]}");
        assertThat(notes.last).isEqualTo(new MembershipAdmin.Join(UID, 4, List.of("a.example:7000")));
        post(
                "reconfigure",
                "{\"expectedConfigurationId\":2,\"members\":[{\"memberId\":4,\"incarnation\":\"" + new UUID(3, 4)
                        + "\",\"address\":\"a.example:7000\"}],\"prepareQuorum\":1}");
        assertThat(notes.last).isEqualTo(new Change.Request(2, ROSTER.members(), 1, null));
        post("leadership", "{\"memberId\":2}");
        assertThat(notes.last).isEqualTo("lead 2");
        post("leadership", "");
        assertThat(notes.last).isEqualTo("lead null");
        post("priorities", "{\"memberId\":2,\"priority\":-5}");
        assertThat(notes.last).isEqualTo("priority 2 -5");
        post("recover-from-quorum-loss", "{\"clusterUid\":\"" + UID + "\"}");
        assertThat(notes.last).isEqualTo("recover " + UID);
        post("give-up", "{\"slot\":17}");
        assertThat(notes.last).isEqualTo("give up 17 false");
        post("give-up", "{\"slot\":17,\"anyway\":true}");
        assertThat(notes.last).isEqualTo("give up 17 true");
        post("drain", "{\"drain\":true}");
        assertThat(notes.last).isEqualTo("drain true");
        for (String order : List.of("snapshot", "trim", "retire")) {
            assertThat(post(order, "").statusCode()).isEqualTo(200);
            assertThat(notes.last).isEqualTo(order);
        }
    }

    @Test
    void whatIsMissingIsNamedAsInTheRequest() throws IOException, InterruptedException {
        openOnLoopback();

        for (String order : List.of("reconfigure members", "join clusterUid", "drain drain", "give-up slot")) {
            String[] parts = order.split(" ", 2);
            HttpResponse<String> refused = post(parts[0], "{}");
            assertThat(refused.statusCode()).as(order).isEqualTo(400);
            assertThat(JSON.readTree(refused.body()).at("/error/message").asText())
                    .isEqualTo("missing or wrong: " + parts[1]);
        }
    }

    @Test
    void answersAndErrorsHaveTheirForm() throws IOException, InterruptedException {
        openOnLoopback();

        notes.reply = Reply.conflict("other_configuration", "configuration 3 is in force", ROSTER);
        HttpResponse<String> conflict = post("trim", "");
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(JSON.readTree(conflict.body())).isEqualTo(JSON.readTree("""
                {"error":{"code":"other_configuration","message":"configuration 3 is in force"},
                 "configuration":{"id":3,"nextMemberId":5,"prepareQuorum":1,"acceptQuorum":1,"members":[
                  {"memberId":4,"incarnation":"00000000-0000-0003-0000-000000000004","address":"a.example:7000","priority":0}]}}"""));
        notes.reply = Reply.unavailable("no_leader", "none");
        assertThat(post("leadership", "{}").statusCode()).isEqualTo(503);
        notes.reply = Reply.badRequest("never");
        assertThat(post("leadership", "{}").statusCode()).isEqualTo(400);
        for (String malformed : List.of(
                "{", "[]", "{\"memberId\":\"x\"}", "{\"unknown\":1}", "{\"clusterUid\":\"x\",\"memberId\":1}", "{}")) {
            assertThat(post("join", malformed).statusCode()).as(malformed).isEqualTo(400);
        }
        assertThat(post("priorities", "{\"memberId\":2}").statusCode()).isEqualTo(400);
        assertThat(post("recover-from-quorum-loss", "{}").statusCode()).isEqualTo(400);
        assertThat(post("give-up", "{}").statusCode()).isEqualTo(400);
        assertThat(post("give-up", "{\"slott\":1}").body()).contains("\"message\":\"unknown: slott\"");
        assertThat(get("nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void asksForTheTokenOfTheMoment() throws IOException, InterruptedException {
        Path token = folder.resolve("token");
        Files.writeString(token, "first\n");
        door.open(notes, "0.0.0.0", Optional.of(token));

        assertThat(get("membership").statusCode()).isEqualTo(401);
        assertThat(get("membership", "Authorization", "Bearer firs").statusCode())
                .isEqualTo(401);
        assertThat(get("membership", "Authorization", "Bearer first").statusCode())
                .isEqualTo(200);
        Files.writeString(token, "second");
        assertThat(get("membership", "Authorization", "Bearer first").statusCode())
                .isEqualTo(401);
        assertThat(get("membership", "Authorization", "Bearer second").statusCode())
                .isEqualTo(200);
        Files.delete(token);
        assertThat(get("membership", "Authorization", "Bearer second").statusCode())
                .isEqualTo(401);
    }

    @Test
    void withoutATokenServesTheLoopbackAndNoWebPage() throws IOException, InterruptedException {
        door.open(notes, "0.0.0.0", Optional.empty());
        assertThat(get("membership").statusCode()).isEqualTo(401);

        openOnLoopback();
        assertThat(get("membership").statusCode()).isEqualTo(200);
        assertThat(post("retire", "", "Origin", "http://evil.example").statusCode())
                .isEqualTo(401);
    }

    /** Notes down what is ordered. */
    private static final class Notes implements MembershipAdmin {
        private volatile Object last = "nothing";
        private volatile Reply reply = new Reply.Done(Map.of());

        private Reply note(Object order) {
            last = order;
            return reply;
        }

        @Override
        public MembershipView view() {
            return new MembershipView(
                    null,
                    null,
                    new UUID(3, 4),
                    MembershipView.State.Joining,
                    "a.example:7000",
                    null,
                    null,
                    1,
                    2,
                    3,
                    4,
                    false,
                    5,
                    false,
                    false,
                    "0");
        }

        @Override
        public Reply join(Join order) {
            return note(order);
        }

        @Override
        public Reply reconfigure(Change.Request order) {
            return note(order);
        }

        @Override
        public Reply handOver(@Nullable Long memberId) {
            return note("lead " + memberId);
        }

        @Override
        public Reply prioritise(long memberId, int priority) {
            return note("priority " + memberId + " " + priority);
        }

        @Override
        public Reply takeSnapshot() {
            return note("snapshot");
        }

        @Override
        public Reply trim() {
            return note("trim");
        }

        @Override
        public Reply drain(boolean drain) {
            return note("drain " + drain);
        }

        @Override
        public Reply retire() {
            return note("retire");
        }

        @Override
        public Reply giveUp(long slot, boolean anyway) {
            return note("give up " + slot + " " + anyway);
        }

        @Override
        public Reply recoverFromQuorumLoss(UUID typedUid) {
            return note("recover " + typedUid);
        }
    }
}
