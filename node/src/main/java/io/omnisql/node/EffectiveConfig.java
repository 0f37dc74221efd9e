package io.omnisql.node;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;

/** The settings as they are in force, one line each, with secrets masked. */
final class EffectiveConfig {
    private static final List<String> SECRET_WORDS = List.of("password", "secret", "token");

    private EffectiveConfig() {}

    /** All keys of this product and of its HTTP server. */
    static String print(Config config) {
        var lines = new TreeMap<String, String>();
        StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith("omnisql.") || name.startsWith("quarkus.http."))
                .forEach(name -> lines.put(
                        name,
                        isSecret(name)
                                ? "********"
                                : config.getOptionalValue(name, String.class).orElse("")));
        var text = new StringBuilder();
        lines.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.endsWith("-file") && SECRET_WORDS.stream().anyMatch(lower::contains);
    }
}
