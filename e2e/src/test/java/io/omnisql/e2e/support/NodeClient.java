package io.omnisql.e2e.support;

import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** One of a node's ports for HTTPS, forwarded. */
final class NodeClient implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

    private final LocalPortForward port;
    private final HttpClient http;

    NodeClient(LocalPortForward port, SSLContext trust) {
        this.port = port;
        this.http = HttpClient.newBuilder().sslContext(trust).build();
    }

    /** One field of the node's own report as text. */
    String status(String field) throws IOException, InterruptedException {
        String body = answer(request("/v1/status").build());
        Matcher found = Pattern.compile("\"" + field + "\":\"?([^\",}]*)").matcher(body);
        if (!found.find()) {
            throw new IOException("No " + field + " in " + body);
        }
        return found.group(1);
    }

    /** An order to the admin API. */
    void order(String path, String token, String body) throws IOException, InterruptedException {
        answer(request(path)
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port.getLocalPort() + path))
                .timeout(ANSWER_MAX);
    }

    private String answer(HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(request.uri() + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws IOException {
        http.shutdownNow();
        port.close();
    }
}
