package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.SqlState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings {@code omnisql.*} of one session. PostgreSQL keeps their texts as custom settings of the session, so that SHOW, SET
 * LOCAL, ROLLBACK, ALTER ROLE ... SET and DISCARD do what they do for every setting; this is what the texts mean.
 *
 * @param notBefore the applied index that reads must see at least; 0 for none
 * @param idempotencyKey the key of the next write, or null
 * @param timeout how long a read or a write may wait for its turn
 */
record ClientSettings(
        ReadLevel readLevel, long notBefore, @Nullable String idempotencyKey, Duration timeout) {
    static final String PREFIX = "omnisql.";
    static final String READ_LEVEL = "read_level";
    static final String NOT_BEFORE = "not_before";
    static final String IDEMPOTENCY_KEY = "idempotency_key";
    static final String TIMEOUT = "timeout";
    /** Not set by clients: SHOW tells how many entries this node has executed. */
    static final String APPLIED_INDEX = "applied_index";

    static final List<String> NAMES = List.of(READ_LEVEL, NOT_BEFORE, IDEMPOTENCY_KEY, TIMEOUT);

    private static final int KEY_LENGTH_MAX = 200;
    private static final Duration TIMEOUT_MAX = Duration.ofHours(1);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|min|)");

    /** A value that its setting does not take, or a setting that does not exist. */
    static final class InvalidSetting extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient SqlError error;

        InvalidSetting(SqlError error) {
            super(error.message());
            this.error = error;
        }

        SqlError error() {
            return error;
        }
    }

    /** The same with one setting changed; null gives it the value that it has in {@code defaults}. */
    ClientSettings with(String name, @Nullable String value, ClientSettings defaults) throws InvalidSetting {
        return switch (name) {
            case READ_LEVEL ->
                new ClientSettings(
                        value == null ? defaults.readLevel : level(value), notBefore, idempotencyKey, timeout);
            case NOT_BEFORE -> new ClientSettings(readLevel, value == null ? 0 : index(value), idempotencyKey, timeout);
            case IDEMPOTENCY_KEY ->
                new ClientSettings(readLevel, notBefore, value == null ? null : key(value), timeout);
            case TIMEOUT ->
                new ClientSettings(
                        readLevel, notBefore, idempotencyKey, value == null ? defaults.timeout : duration(value));
            case APPLIED_INDEX ->
                throw new InvalidSetting(SqlError.of("55P02", "parameter \"omnisql.applied_index\" cannot be changed"));
            default -> throw unknown(name);
        };
    }

    /** All of {@code changes}, by name without the prefix. */
    ClientSettings withAll(Map<String, String> changes, ClientSettings defaults) throws InvalidSetting {
        ClientSettings changed = this;
        for (Map.Entry<String, String> change : changes.entrySet()) {
            changed = changed.with(change.getKey(), change.getValue(), defaults);
        }
        return changed;
    }

    /** The settings that satisfy both. */
    ClientSettings strongerOf(ClientSettings other) {
        return new ClientSettings(
                readLevel.compareTo(other.readLevel) >= 0 ? readLevel : other.readLevel,
                Math.max(notBefore, other.notBefore),
                idempotencyKey == null ? other.idempotencyKey : idempotencyKey,
                timeout.compareTo(other.timeout) <= 0 ? timeout : other.timeout);
    }

    /** The value as SHOW tells it. */
    String text(String name) {
        return switch (name) {
            case READ_LEVEL -> readLevel.text();
            case NOT_BEFORE -> Long.toString(notBefore);
            case IDEMPOTENCY_KEY -> idempotencyKey == null ? "" : idempotencyKey;
            case TIMEOUT -> timeout.toMillis() + "ms";
            default -> throw new IllegalArgumentException("No setting omnisql." + name);
        };
    }

    static void requireKnown(String name) throws InvalidSetting {
        if (!NAMES.contains(name) && !name.equals(APPLIED_INDEX) && !name.equals("*")) {
            throw unknown(name);
        }
    }

    private static InvalidSetting unknown(String name) {
        return new InvalidSetting(SqlError.withHint(
                SqlState.UNDEFINED_OBJECT,
                "unrecognized configuration parameter \"" + PREFIX + name + "\"",
                "SHOW omnisql.* lists those that exist."));
    }

    private static ReadLevel level(String value) throws InvalidSetting {
        return ReadLevel.parse(value)
                .orElseThrow(() -> invalid(READ_LEVEL, value, "Available values: local, leader, linearizable."));
    }

    private static long index(String value) throws InvalidSetting {
        try {
            long index = Long.parseLong(value.strip());
            if (index >= 0) {
                return index;
            }
        } catch (NumberFormatException notANumber) {
            throw invalid(NOT_BEFORE, value, "It is a number that SHOW omnisql.applied_index told.");
        }
        throw invalid(NOT_BEFORE, value, "It is not negative.");
    }

    private static @Nullable String key(String value) throws InvalidSetting {
        if (value.length() > KEY_LENGTH_MAX) {
            throw invalid(IDEMPOTENCY_KEY, value, "It has at most " + KEY_LENGTH_MAX + " characters.");
        }
        return value.isEmpty() ? null : value;
    }

    private static Duration duration(String value) throws InvalidSetting {
        Matcher matcher = DURATION.matcher(value.strip());
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "min" -> Duration.ofMinutes(count);
                default -> Duration.ofMillis(count);
            };
            if (duration.isPositive() && duration.compareTo(TIMEOUT_MAX) <= 0) {
                return duration;
            }
        }
        throw invalid(TIMEOUT, value, "A number of milliseconds or with a unit (ms, s, min), at most one hour.");
    }

    private static InvalidSetting invalid(String name, String value, String hint) {
        return new InvalidSetting(SqlError.withHint(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for parameter \"" + PREFIX + name + "\": \"" + value + "\"",
                hint));
    }
}
