package io.omnisql.node;

import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** The settings as they are in force, one line each, with secrets masked. */
final class EffectiveConfig {
    private static final List<String> SECRET_WORDS = List.of("password", "secret", "token");
    private static final List<String> SERVERS = List.of("quarkus.http.", "quarkus.management.", "quarkus.tls.");

    private EffectiveConfig() {}

    /** All keys of this product, with their defaults where nothing is set, and those of its HTTP servers and certificates. */
    static String print(Config config) {
        SortedMap<String, String> lines = new TreeMap<>();
        List<String> beginnings = new ArrayList<>(SERVERS);
        Map<String, String> known = ConfigClass.configClass(NodeConfig.class).getProperties();
        known.forEach((name, usual) -> {
            int open = name.indexOf('*'); // Of a map or a list: what follows is for the settings to say.
            if (open >= 0) {
                beginnings.add(name.substring(0, open));
            } else {
                value(config, name).or(() -> Optional.ofNullable(usual)).ifPresent(value -> lines.put(name, value));
            }
        });
        StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> beginnings.stream().anyMatch(name::startsWith))
                .forEach(name -> lines.put(name, value(config, name).orElse("")));
        var text = new StringBuilder();
        lines.forEach((name, value) ->
                text.append(name).append('=').append(shown(name, value)).append('\n'));
        return text.toString();
    }

    private static Optional<String> value(Config config, String name) {
        return config.getOptionalValue(name, String.class);
    }

    private static String shown(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isSecret = !lower.endsWith("-file") && SECRET_WORDS.stream().anyMatch(lower::contains);
        return isSecret ? "********" : value;
    }
}
