package io.omnisql.e2e.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node's own report, over HTTP. */
final class NodeStatus {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private NodeStatus() {}

    /** One field of it as text. */
    static String read(int localPort, String field) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + localPort + "/v1/status"))
                .timeout(ANSWER_MAX)
                .build();
        try (var http = HttpClient.newHttpClient()) {
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
