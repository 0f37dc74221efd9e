package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.IdempotencyKeys;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings {@code omnisql.*} of one session. PostgreSQL keeps their texts as custom settings of the session, so that SHOW, SET
 * LOCAL, ROLLBACK, ALTER ROLE ... SET and DISCARD do what they do for every setting; this is what the texts mean.
 *
 * @param notBefore the applied index that reads must see at least; 0 for none
 * @param maxStaleness at level local, reads see whatever was acknowledged anywhere until so long ago; zero for no bound
 * @param idempotencyKey the key of the next write, or null
 * @param timeout how long a read or a write may wait for its turn
 */
record ClientSettings(
        ReadLevel readLevel,
        long notBefore,
        Duration maxStaleness,
        @Nullable String idempotencyKey,
        Duration timeout) {
    static final String PREFIX = "omnisql.";
    static final String READ_LEVEL = "read_level";
    static final String NOT_BEFORE = "not_before";
    static final String MAX_STALENESS = "max_staleness";
    static final String IDEMPOTENCY_KEY = "idempotency_key";
    static final String TIMEOUT = "timeout";
    /** Not set by clients: SHOW tells how many entries this node has executed. */
    static final String APPLIED_INDEX = "applied_index";

    static final List<String> NAMES = List.of(READ_LEVEL, NOT_BEFORE, MAX_STALENESS, IDEMPOTENCY_KEY, TIMEOUT);

    private static final Duration TIMEOUT_MAX = Duration.ofHours(1);
    private static final Duration STALENESS_MAX = Duration.ofDays(1);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(us|ms|s|min|m|h|d|)");
    private static final String DURATION_HINT = "A number of milliseconds or with a unit (us, ms, s, min, h, d), ";

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
            case READ_LEVEL -> withReadLevel(value == null ? defaults.readLevel : level(value));
            case NOT_BEFORE -> withNotBefore(value == null ? 0 : index(value));
            case MAX_STALENESS -> withMaxStaleness(value == null ? Duration.ZERO : staleness(value));
            case IDEMPOTENCY_KEY -> withIdempotencyKey(value == null ? null : key(value));
            case TIMEOUT -> withTimeout(value == null ? defaults.timeout : timeout(value));
            case APPLIED_INDEX ->
                throw new InvalidSetting(SqlError.of("55P02", "parameter \"omnisql.applied_index\" cannot be changed"));
            default -> throw unknown(name);
        };
    }

    private ClientSettings withReadLevel(ReadLevel level) {
        return new ClientSettings(level, notBefore, maxStaleness, idempotencyKey, timeout);
    }

    private ClientSettings withNotBefore(long index) {
        return new ClientSettings(readLevel, index, maxStaleness, idempotencyKey, timeout);
    }

    /** The same with another bound on the staleness of local reads; zero for none. */
    ClientSettings withMaxStaleness(Duration bound) {
        return new ClientSettings(readLevel, notBefore, bound, idempotencyKey, timeout);
    }

    /** The same with another key for the next write, or none. */
    ClientSettings withIdempotencyKey(@Nullable String key) {
        return new ClientSettings(readLevel, notBefore, maxStaleness, key, timeout);
    }

    private ClientSettings withTimeout(Duration longest) {
        return new ClientSettings(readLevel, notBefore, maxStaleness, idempotencyKey, longest);
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
                tighter(maxStaleness, other.maxStaleness),
                idempotencyKey == null ? other.idempotencyKey : idempotencyKey,
                timeout.compareTo(other.timeout) <= 0 ? timeout : other.timeout);
    }

    private static Duration tighter(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.isZero() ? other : one;
        }
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** The value as SHOW tells it. */
    String text(String name) {
        return switch (name) {
            case READ_LEVEL -> readLevel.text();
            case NOT_BEFORE -> Long.toString(notBefore);
            case MAX_STALENESS -> maxStaleness.toMillis() + "ms";
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
        if (value.length() > IdempotencyKeys.CHARACTERS_MAX) {
            throw invalid(IDEMPOTENCY_KEY, value, "It has at most " + IdempotencyKeys.CHARACTERS_MAX + " characters.");
        }
        return value.isEmpty() ? null : value;
    }

    private static Duration timeout(String value) throws InvalidSetting {
        Duration duration = duration(value);
        if (duration != null && duration.isPositive() && duration.compareTo(TIMEOUT_MAX) <= 0) {
            return duration;
        }
        throw invalid(TIMEOUT, value, DURATION_HINT + "at most one hour.");
    }

    private static Duration staleness(String value) throws InvalidSetting {
        Duration duration = duration(value);
        if (duration != null && duration.compareTo(STALENESS_MAX) <= 0) {
            return duration;
        }
        throw invalid(MAX_STALENESS, value, DURATION_HINT + "at most one day; 0 for no bound.");
    }

    /**
     * As PostgreSQL reads durations that are kept in milliseconds, but m is a minute, as over HTTP, and nothing above 0 becomes 0; null for
     * what is none.
     */
    private static @Nullable Duration duration(String value) {
        Matcher matcher = DURATION.matcher(value.strip());
        if (!matcher.matches()) {
            return null;
        }
        long unitNanos = switch (matcher.group(2)) {
            case "us" -> TimeUnit.MICROSECONDS.toNanos(1);
            case "s" -> TimeUnit.SECONDS.toNanos(1);
            case "min", "m" -> TimeUnit.MINUTES.toNanos(1);
            case "h" -> TimeUnit.HOURS.toNanos(1);
            case "d" -> TimeUnit.DAYS.toNanos(1);
            default -> TimeUnit.MILLISECONDS.toNanos(1);
        };
        BigDecimal millis = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(unitNanos))
                .divide(BigDecimal.valueOf(TimeUnit.MILLISECONDS.toNanos(1)), 0, RoundingMode.CEILING);
        return Duration.ofMillis(millis.longValueExact());
    }

    private static InvalidSetting invalid(String name, String value, String hint) {
        return new InvalidSetting(SqlError.withHint(
                SqlState.INVALID_PARAMETER_VALUE,
                "invalid value for parameter \"" + PREFIX + name + "\": \"" + value + "\"",
                hint));
    }
}
