package io.omnisql.operator.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the API server was asked, by its own record. */
final class AuditLog implements AutoCloseable {
    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived, ResponseStarted]
            rules: [{level: Metadata}]
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final Path folder;
    private final Path policy;
    private final Path log;

    AuditLog() {
        try {
            folder = Files.createTempDirectory("omnisql-audit-");
            policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
            log = Files.createFile(folder.resolve("log.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Once the API server has ended. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(policy);
            Files.deleteIfExists(log);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flags with which an API server keeps it. */
    List<String> flags() {
        return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + log, "--audit-log-mode=blocking");
    }

    /** What that user wrote in that namespace so far, whether it changed anything or not. */
    List<String> writes(String user, String namespace) {
        return requests(user, namespace, false);
    }

    /** What it read. */
    List<String> reads(String user, String namespace) {
        return requests(user, namespace, true);
    }

    private List<String> requests(String user, String namespace, boolean reads) {
        try (var lines = Files.lines(log)) {
            return lines.map(this::parse)
                    .filter(entry ->
                            entry.at("/impersonatedUser/username").asText().equals(user))
                    .filter(entry -> entry.at("/objectRef/namespace").asText().equals(namespace))
                    .filter(entry -> READS.contains(entry.path("verb").asText()) == reads)
                    .map(entry -> entry.path("verb").asText() + " "
                            + entry.path("requestURI").asText())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode parse(String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
