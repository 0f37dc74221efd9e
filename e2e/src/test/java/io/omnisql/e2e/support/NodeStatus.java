package io.omnisql.e2e.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** A node's own report, over HTTPS. */
final class NodeStatus {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private NodeStatus() {}

    /** One field of it as text. */
    static String read(int localPort, SSLContext trust, String field) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("https://localhost:" + localPort + "/v1/status"))
                .timeout(ANSWER_MAX)
                .build();
        try (var http = HttpClient.newBuilder().sslContext(trust).build()) {
            String body =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Matcher found = Pattern.compile("\"" + field + "\":\"?([^\",}]*)").matcher(body);
            if (!found.find()) {
                throw new IOException("No " + field + " in " + body);
            }
            return found.group(1);
        }
    }
}
