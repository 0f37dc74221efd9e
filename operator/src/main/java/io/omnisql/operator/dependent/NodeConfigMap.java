package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The members' settings. Membership is not among them: the log knows it, and a second source would split the brain. */
public final class NodeConfigMap {
    /** Name of the file. */
    public static final String FILE = "node.properties";

    private static final int TICK_MILLIS = 50;
    private static final int DIGEST_LENGTH = 16;

    private NodeConfigMap() {}

    static ConfigMap desired(Blueprint blueprint) {
        var all = settings(blueprint);
        if (!blueprint.initialized()) {
            all.putAll(founding(blueprint));
        }
        return new ConfigMapBuilder()
                .withMetadata(blueprint.owned(blueprint.names().settings()))
                .withData(Map.of(FILE, text(all)))
                .build();
    }

    static Map<String, String> settings(Blueprint blueprint) {
        var spec = blueprint.spec();
        var settings = new TreeMap<String, String>();
        settings.put("omnisql.bootstrap.role", spec.postgresql().owner());
        settings.put(
                "omnisql.sql.default-read-level",
                spec.consensus().defaultReadLevel().name());
        settings.put(
                "omnisql.timing.election-timeout-ticks",
                Integer.toString(spec.consensus().electionTimeoutMs() / TICK_MILLIS));
        spec.postgresql()
                .parameters()
                .forEach((name, value) -> settings.put("omnisql.postgres.parameters." + name, value));
        if (blueprint.encrypted()) {
            settings.putAll(NodeTls.settings(spec.tls()));
        }
        return settings;
    }

    /** All founders must show the same nonce, so that two lists of different lengths can never both succeed. */
    private static Map<String, String> founding(Blueprint blueprint) {
        var names = blueprint.names();
        return Map.of(
                "omnisql.founding.members",
                addresses(names, blueprint.founders()),
                "omnisql.founding.nonce",
                blueprint.cluster().getMetadata().getUid() + "/" + blueprint.founders());
    }

    /** Where peers reach the first so many members. */
    static String addresses(Names names, int members) {
        return IntStream.range(0, members)
                .mapToObj(ordinal -> names.peerAddress(names.pod(ordinal)))
                .collect(Collectors.joining(","));
    }

    static String text(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** Another one when pods must be made anew. The founding's settings do not count: they go away without anybody noticing. */
    static String digest(Blueprint blueprint) {
        return digest(settings(blueprint));
    }

    static String digest(Map<String, String> settings) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text(settings).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGEST_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
