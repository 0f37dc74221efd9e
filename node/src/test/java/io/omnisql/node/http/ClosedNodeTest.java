package io.omnisql.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the HTTP port tells before the node has started, and that it is documented as it is. */
@QuarkusTest
@TestProfile(ClosedNodeProfile.class)
class ClosedNodeTest {
    private static final Path OPENAPI = Path.of("../docs/openapi.yaml");

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init") // Quarkus sets it.
    URI node;

    @TestHTTPResource(value = "/q/health", management = true)
    @SuppressWarnings("NullAway.Init") // Quarkus sets it.
    URI management;

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (var calls = new HttpCalls(node)) {
            return calls.get(path);
        }
    }

    @Test
    void tellsSqlClientsThatItIsStarting() throws IOException, InterruptedException {
        try (var calls = new HttpCalls(node)) {
            HttpResponse<String> answer =
                    calls.sql("{\"sql\": \"SELECT 1\"}", "Authorization", HttpCalls.basic("a", "b"));

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body())
                    .isEqualTo("{\"outcome\":\"not_done\",\"error\":{\"sqlstate\":\"57P03\","
                            + "\"message\":\"the node is starting up or stopping\"}}");
        }
    }

    @Test
    void isAliveButNotReady() throws IOException, InterruptedException {
        try (var calls = new HttpCalls(management)) {
            assertThat(calls.get("/q/health/live").statusCode()).isEqualTo(200);
            assertThat(calls.get("/q/health/ready").statusCode()).isEqualTo(503);
        }
        assertThat(get("/q/health/live").statusCode()).as("clients' port").isEqualTo(404);
        assertThat(get("/admin/v1/membership").statusCode()).as("clients' port").isEqualTo(404);
    }

    @Test
    void hasNoStatusYet() throws IOException, InterruptedException {
        assertThat(get("/v1/status").statusCode()).isEqualTo(503);
    }

    /** Run with {@code -Dopenapi.rewrite=true} after a change of the interface, and review the difference. */
    @Test
    void isDocumentedAsItIs() throws IOException, InterruptedException {
        String document = get("/q/openapi").body();
        if (Boolean.getBoolean("openapi.rewrite")) {
            Files.writeString(OPENAPI, document);
        }

        assertThat(document).isEqualTo(Files.readString(OPENAPI));
    }
}
