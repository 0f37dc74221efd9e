package io.omnisql.operator.reconcile;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP clients, one for each set of trusted authorities: connections that were judged by others are never used. Thread-safe. */
final class NodeConnections {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int CLIENTS_MAX = 256;

    private final HttpClient clear = builder().build();
    private final Map<NodeTrust, HttpClient> encrypted = new LinkedHashMap<>(16, 0.75f, true);

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
    }

    /** The client for nodes that are told from impostors so; without it in the clear. */
    synchronized HttpClient to(@Nullable NodeTrust trust) {
        if (trust == null) {
            return clear;
        }
        var client = encrypted.computeIfAbsent(
                trust, missing -> builder().sslContext(missing.context()).build());
        if (encrypted.size() > CLIENTS_MAX) {
            var eldest = encrypted.entrySet().iterator().next();
            encrypted.remove(eldest.getKey());
            eldest.getValue().shutdown(); // What it was asked, it still answers.
        }
        return client;
    }
}
