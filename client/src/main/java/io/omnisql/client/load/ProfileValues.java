package io.omnisql.client.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Typed values of a settings file. An environment variable overrides a key: {@code OMNISQL_CLIENT_} and the key in capitals with
 * underscores, as {@code OMNISQL_CLIENT_READ_LEVEL} for {@code read.level}. Within a value, <code>${NAME}</code> and
 * <code>${NAME:-fallback}</code> stand for other variables. Remembers what was asked for.
 */
final class ProfileValues {
    static final String ENVIRONMENT_PREFIX = "OMNISQL_CLIENT_";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private final Properties file;
    private final Map<String, String> environment;
    private final SequencedMap<String, String> effective = new LinkedHashMap<>();

    ProfileValues(Properties file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    @Nullable
    String optional(String key) throws ProfileException {
        String value = find(key);
        if (value != null) {
            effective.put(key, value);
        }
        return value;
    }

    /** A value that is never shown. */
    @Nullable
    String secret(String key) throws ProfileException {
        String value = find(key);
        if (value != null) {
            effective.put(key, "(hidden)");
        }
        return value;
    }

    String text(String key, String fallback) throws ProfileException {
        String value = find(key);
        String chosen = value == null ? fallback : value;
        effective.put(key, chosen);
        return chosen;
    }

    String required(String key) throws ProfileException {
        String value = optional(key);
        if (value == null) {
            throw new ProfileException(key, "is missing");
        }
        return value;
    }

    int integer(String key, int fallback, int min, int max) throws ProfileException {
        return Math.toIntExact(integer(key, (long) fallback, min, max));
    }

    long integer(String key, long fallback, long min, long max) throws ProfileException {
        String text = text(key, Long.toString(fallback));
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException error) {
            throw wrong(key, text, "a whole number");
        }
        throw wrong(key, text, "between " + min + " and " + max);
    }

    double number(String key, double min, double max) throws ProfileException {
        String text = required(key);
        try {
            double value = Double.parseDouble(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException error) {
            throw wrong(key, text, "a number");
        }
        throw wrong(key, text, "between " + plain(min) + " and " + plain(max));
    }

    Duration duration(String key, Duration fallback) throws ProfileException {
        return parseDuration(key, text(key, fallback.toMillis() + "ms"));
    }

    /** Zero when it is missing, and it may be zero. */
    Duration durationOrZero(String key) throws ProfileException {
        String text = text(key, "0ms");
        return text.equals("0ms") ? Duration.ZERO : parseDuration(key, text);
    }

    Duration requiredDuration(String key) throws ProfileException {
        return parseDuration(key, required(key));
    }

    <E extends Enum<E>> E choice(String key, E fallback) throws ProfileException {
        E[] constants = fallback.getDeclaringClass().getEnumConstants();
        String text = text(key, word(fallback));
        TreeSet<String> words = new TreeSet<>();
        for (E constant : constants) {
            words.add(word(constant));
            if (word(constant).equals(text)) {
                return constant;
            }
        }
        throw wrong(key, text, "one of " + String.join(", ", words));
    }

    boolean has(String key) throws ProfileException {
        return find(key) != null;
    }

    /** Refuses keys that nobody asked for: a misspelt one must not pass as its default. */
    void refuseUnknownKeys() throws ProfileException {
        for (String key : new TreeSet<>(file.stringPropertyNames())) {
            if (!effective.containsKey(key)) {
                throw new ProfileException(key, "no such key, or it does not belong to the other settings");
            }
        }
    }

    SequencedMap<String, String> effective() {
        return effective;
    }

    static ProfileException wrong(String key, String value, String expected) {
        return new ProfileException(key, "'" + value + "' is not " + expected);
    }

    private @Nullable String find(String key) throws ProfileException {
        String variable = ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        String value = environment.getOrDefault(variable, file.getProperty(key));
        return value == null || value.isBlank() ? null : filled(key, value.strip());
    }

    private String filled(String key, String value) throws ProfileException {
        Matcher matcher = VARIABLE.matcher(value);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String content = environment.getOrDefault(matcher.group(1), matcher.group(2));
            if (content == null) {
                throw new ProfileException(key, "the environment has no variable " + matcher.group(1));
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(content));
        }
        return matcher.appendTail(filled).toString();
    }

    private static Duration parseDuration(String key, String text) throws ProfileException {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw wrong(key, text, "a duration such as 500ms, 20s, 5m or 1h");
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
        if (duration.isZero() || duration.compareTo(Duration.ofDays(7)) > 0) {
            throw wrong(key, text, "between 1ms and 168h");
        }
        return duration;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
