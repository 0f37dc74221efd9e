package io.omnisql.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.omnisql.node.admin.NodeView;
import io.omnisql.node.pgclient.PostgresSession;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP in front, PostgreSQL and the log behind: what a client without a driver sees. */
@QuarkusTest
@TestProfile(OpenNodeProfile.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // Quarkus and the first method set the fields.
class SqlOverHttpTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration START_MAX = Duration.ofSeconds(60);

    @Inject
    SqlDoor door;

    @Inject
    NodeView view;

    @TestHTTPResource("/")
    URI address;

    @TestHTTPResource(value = "/q/health", management = true)
    URI management;

    private OneNode node;
    private HttpCalls calls;

    @BeforeAll
    void start() throws IOException {
        calls = new HttpCalls(address);
        node = OneNode.start();
        view.open(node.facts());
        door.open(node.sql());
        await().atMost(START_MAX).until(() -> calls.get("/v1/status").body().contains("\"role\":\"leader\""));
    }

    @AfterAll
    void stop() {
        door.close();
        calls.close();
        node.close();
    }

    @BeforeEach
    void emptyTable() throws IOException, InterruptedException {
        done("{\"statements\": [\"DROP TABLE IF EXISTS t\", \"CREATE TABLE t (id int PRIMARY KEY, v text)\"]}");
    }

    private HttpResponse<String> sql(String json, String... headers) throws IOException, InterruptedException {
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = HttpCalls.basic(OneNode.ROLE, OneNode.PASSWORD);
        System.arraycopy(headers, 0, all, 2, headers.length);
        return calls.sql(json, all);
    }

    private JsonNode done(String json, String... headers) throws IOException, InterruptedException {
        HttpResponse<String> answer = sql(json, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private String rows(String json) throws IOException, InterruptedException {
        return done(json).path("results").path(0).path("rows").toString();
    }

    @Test
    void writesAndReadsAtEveryLevel() throws IOException, InterruptedException {
        JsonNode written = done("{\"sql\": \"INSERT INTO t VALUES ($1, $2) RETURNING *\", \"parameters\": [1, \"ä\"]}");

        assertThat(written.path("outcome").asText()).isEqualTo("done");
        assertThat(written.path("results").path(0).path("command").asText()).isEqualTo("INSERT 0 1");
        assertThat(written.path("results").path(0).path("rows").toString()).isEqualTo("[[1,\"ä\"]]");
        for (String level : new String[] {"local", "leader", "linearizable"}) {
            assertThat(rows("{\"sql\": \"SELECT * FROM t\", \"read_level\": \"" + level + "\", \"not_before\": "
                            + written.path("applied_index") + "}"))
                    .isEqualTo("[[1,\"ä\"]]");
        }
    }

    @Test
    void tellsValuesAsTheJsonOfTheirTypes() throws IOException, InterruptedException {
        String sql =
                "SELECT 9007199254740993::int8, 0.10::numeric, 'NaN'::float8, true, '{\\\"a\\\":[1,null]}'::jsonb, NULL::text, "
                        + "'2026-01-01'::date, ARRAY[1,2], 1e20::float8";

        assertThat(sql("{\"sql\": \"" + sql + "\"}").body())
                .contains(
                        "[[9007199254740993,0.10,\"NaN\",true,{\"a\": [1, null]},null,\"2026-01-01\",\"{1,2}\",1e+20]]");
    }

    @Tag("reference-defect-12")
    @Test
    void doesAllStatementsOrNone() throws IOException, InterruptedException {
        HttpResponse<String> answer = sql(
                "{\"statements\": [\"INSERT INTO t VALUES (1)\", \"INSERT INTO t VALUES (2)\", \"INSERT INTO t VALUES (1)\"]}");

        JsonNode body = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(body.path("outcome").asText()).isEqualTo("not_done");
        assertThat(body.path("error").path("sqlstate").asText()).isEqualTo("23505");
        assertThat(body.path("error").path("statement_index").asInt()).isEqualTo(2);
        assertThat(body.path("error").path("constraint").asText()).isEqualTo("t_pkey");
        assertThat(rows("{\"sql\": \"SELECT count(*) FROM t\"}")).isEqualTo("[[0]]");
    }

    @Tag("reference-defect-9")
    @Test
    void executesARepeatedKeyOnce() throws IOException, InterruptedException {
        String insert = "{\"sql\": \"INSERT INTO t SELECT count(*) FROM t RETURNING id\"}";

        JsonNode first = done(insert, "Idempotency-Key", "order-17");
        JsonNode second = done(insert, "Idempotency-Key", "order-17");

        assertThat(second.path("results")).isEqualTo(first.path("results"));
        assertThat(rows("{\"sql\": \"SELECT count(*) FROM t\"}")).isEqualTo("[[1]]");
    }

    @Test
    void sendsAReadThatWritesAfterAllToTheLog() throws IOException, InterruptedException {
        done("{\"sql\": \"CREATE FUNCTION adds(i int) RETURNS int LANGUAGE sql AS "
                + "'INSERT INTO t VALUES (i) RETURNING id'\"}");

        assertThat(rows("{\"sql\": \"SELECT adds(5)\"}")).isEqualTo("[[5]]");
        assertThat(rows("{\"sql\": \"SELECT id FROM t\"}")).isEqualTo("[[5]]");
        done("{\"sql\": \"DROP FUNCTION adds(int)\"}");
    }

    @Test
    void appliesSettingsToReadsAndWrites() throws IOException, InterruptedException {
        String settings = ", \"settings\": {\"timezone\": \"Asia/Tokyo\"}}";

        assertThat(rows("{\"sql\": \"SELECT '2026-01-01 00:00:00+00'::timestamptz\"" + settings))
                .isEqualTo("[[\"2026-01-01 09:00:00+09\"]]");
        done("{\"sql\": \"INSERT INTO t VALUES (1, '2026-01-01 00:00:00+00'::timestamptz::text)\"" + settings);
        assertThat(rows("{\"sql\": \"SELECT v FROM t\"}")).isEqualTo("[[\"2026-01-01 09:00:00+09\"]]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELEC 1                       | 400 | 42601",
                "SELECT 1/0                    | 400 | 22012",
                "SELECT * FROM missing         | 400 | 42P01",
                "SELECT * FROM pg_authid       | 403 | 42501",
                "BEGIN                         | 400 | 0A000",
                "INSERT INTO t VALUES (NULL)   | 409 | 23502",
                "SELECT repeat('x', 20000000)  | 413 | 54000"
            })
    void choosesTheStatusByTheError(String sql, int status, String sqlState) throws IOException, InterruptedException {
        HttpResponse<String> answer = sql("{\"sql\": \"" + sql + "\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("error").path("sqlstate").asText())
                .isEqualTo(sqlState);
    }

    @Test
    void letsNobodyInWithoutTheRightPassword() throws IOException, InterruptedException {
        String question = "{\"sql\": \"SELECT 1\"}";

        HttpResponse<String> none = calls.sql(question);
        HttpResponse<String> wrong = calls.sql(question, "Authorization", HttpCalls.basic(OneNode.ROLE, "wrong"));
        HttpResponse<String> unknown = calls.sql(question, "Authorization", HttpCalls.basic("nobody", "secret"));

        assertThat(none.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Basic"));
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.body()).isEqualTo(wrong.body());
    }

    @Test
    void noticesAChangedOrExpiredRoleAtOnce() throws IOException, InterruptedException {
        try (PostgresSession session = node.session()) {
            session.execute("CREATE ROLE guest LOGIN PASSWORD 'one'");
            assertThat(guest("one")).isEqualTo(200);
            session.execute("ALTER ROLE guest PASSWORD 'two'");
            assertThat(guest("one")).isEqualTo(401);
            assertThat(guest("two")).isEqualTo(200);
            session.execute("ALTER ROLE guest VALID UNTIL '2020-01-01'");
            assertThat(guest("two")).isEqualTo(401);
            session.execute("ALTER ROLE guest VALID UNTIL 'infinity' NOLOGIN");
            assertThat(guest("two")).isEqualTo(401);
            session.execute("DROP ROLE guest");
        }
    }

    /** Whoever owns schema public could have the node's own questions call his code as superuser. */
    @Test
    void aLoginCallsNoOperatorsOfTheClients() throws IOException, InterruptedException {
        try (PostgresSession session = node.session()) {
            session.execute("CREATE FUNCTION public.trap(a oid, b int) RETURNS bool LANGUAGE plpgsql AS"
                    + " 'BEGIN RAISE EXCEPTION ''called by %'', current_user; END';"
                    + "CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = int, FUNCTION = public.trap);"
                    + "CREATE OPERATOR public.<> (LEFTARG = oid, RIGHTARG = int, FUNCTION = public.trap);"
                    + "ALTER ROLE " + OneNode.ROLE + " SET timezone = 'UTC'");
            try {
                done("{\"sql\": \"INSERT INTO t VALUES (1)\"}");
                assertThat(rows("{\"sql\": \"SELECT id FROM t\"}")).isEqualTo("[[1]]");
            } finally {
                session.execute(
                        "DROP FUNCTION public.trap(oid, int) CASCADE; ALTER ROLE " + OneNode.ROLE + " RESET ALL");
            }
        }
    }

    private int guest(String password) throws IOException, InterruptedException {
        return calls.sql("{\"sql\": \"SELECT 1\"}", "Authorization", HttpCalls.basic("guest", password))
                .statusCode();
    }

    @Test
    void doesNotReadABodyThatIsNotJson() throws IOException, InterruptedException {
        HttpResponse<String> form = calls.post("/v1/sql", "sql=SELECT 1", "application/x-www-form-urlencoded");

        assertThat(form.statusCode()).isEqualTo(415);
    }

    @Test
    void isReadyAndTellsItsState() throws IOException, InterruptedException {
        JsonNode status = JSON.readTree(calls.get("/v1/status").body());

        try (var managing = new HttpCalls(management)) {
            assertThat(managing.get("/q/health").statusCode()).isEqualTo(200);
        }
        assertThat(status.path("role").asText()).isEqualTo("leader");
        assertThat(status.path("leader").asLong()).isEqualTo(1);
        assertThat(status.path("appliedIndex").asLong())
                .isPositive()
                .isEqualTo(status.path("decidedIndex").asLong());
        assertThat(status.path("configuration").path("members").toString()).isEqualTo("[1]");
    }

    @Test
    void countsWritesAndReads() throws IOException, InterruptedException {
        done("{\"sql\": \"SELECT 1\", \"read_level\": \"linearizable\"}");

        String metrics;
        try (var managing = new HttpCalls(management)) {
            metrics = managing.get("/q/metrics").body();
        }
        assertThat(metrics)
                .containsPattern("omnisql_leader(\\{[^}]*})? 1\\.0")
                .containsPattern("omnisql_writes_total\\{[^}]*outcome=\"done\"[^}]*} [1-9]")
                .containsPattern("omnisql_reads_total\\{[^}]*level=\"linearizable\"[^}]*place=\"here\"[^}]*} [1-9]")
                .contains("omnisql_write_latency_seconds_bucket")
                .contains("omnisql_applied_index");
    }
}
