package io.omnisql.node.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.omnisql.node.gateway.IdempotencyKeys;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.node.sql.SessionSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a request's bytes and headers into a {@link SqlCall}. A misspelt field is refused: it may have been meant to matter. */
final class RequestReader {
    static final int STATEMENTS_MAX = 1_000;
    static final int PARAMETERS_MAX = 65_535;
    static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);
    static final Duration STALENESS_MAX = Duration.ofDays(1);

    private static final int PLAIN_SCALE_MAX = 400;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|min|m)");
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Duration defaultTimeout;

    RequestReader(Duration defaultTimeout) {
        this.defaultTimeout = defaultTimeout;
    }

    /** What the headers say. */
    record Headers(@Nullable String readLevel, @Nullable String idempotencyKey) {}

    SqlCall read(byte[] body, Headers headers) throws RequestRefused {
        SqlRequest request = parsed(body);
        String level = one("read level", request.readLevel(), headers.readLevel);
        long notBefore = Objects.requireNonNullElse(request.notBefore(), 0L);
        if (notBefore < 0) {
            throw RequestRefused.malformed("not_before must not be negative");
        }
        return new SqlCall(
                statements(request),
                level == null ? null : level(level),
                notBefore,
                maxStaleness(request.maxStaleness()),
                settings(request.settings()),
                idempotencyKey(one("idempotency key", request.idempotencyKey(), headers.idempotencyKey)),
                System.nanoTime() + timeout(request.timeout()).toNanos());
    }

    private static SqlRequest parsed(byte[] body) throws RequestRefused {
        try {
            SqlRequest request = MAPPER.readValue(body, SqlRequest.class);
            if (request == null) {
                throw RequestRefused.malformed("the body must be a JSON object");
            }
            return request;
        } catch (JsonProcessingException e) {
            throw RequestRefused.malformed("the body is not the JSON of a request: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw RequestRefused.malformed("the body cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable String one(String what, @Nullable String inBody, @Nullable String inHeader)
            throws RequestRefused {
        if (inBody != null && inHeader != null && !inBody.equals(inHeader)) {
            throw RequestRefused.malformed("the " + what + " of the header and that of the body differ");
        }
        return inBody == null ? inHeader : inBody;
    }

    private static ReadLevel level(String name) throws RequestRefused {
        return ReadLevel.parse(name)
                .orElseThrow(() -> RequestRefused.malformed(
                        "the read level must be local, leader or linearizable, but was \"" + name + "\""));
    }

    private static @Nullable String idempotencyKey(@Nullable String key) throws RequestRefused {
        if (key != null && (key.isBlank() || key.length() > IdempotencyKeys.CHARACTERS_MAX)) {
            throw RequestRefused.malformed(
                    "an idempotency key has 1 to " + IdempotencyKeys.CHARACTERS_MAX + " characters");
        }
        return key;
    }

    private Duration timeout(@Nullable String text) throws RequestRefused {
        if (text == null) {
            return defaultTimeout;
        }
        Duration timeout = duration("timeout", text);
        if (timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw RequestRefused.malformed("the timeout must be above 0 and at most " + TIMEOUT_MAX.toMinutes() + "m");
        }
        return timeout;
    }

    private static Duration maxStaleness(@Nullable String text) throws RequestRefused {
        Duration bound = text == null ? Duration.ZERO : duration("max_staleness", text);
        if (bound.compareTo(STALENESS_MAX) > 0) {
            throw RequestRefused.malformed("max_staleness must be at most " + STALENESS_MAX.toMinutes() + "m");
        }
        return bound;
    }

    private static Duration duration(String what, String text) throws RequestRefused {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw RequestRefused.malformed("the " + what + " must look like 500ms, 5s or 1m, but was \"" + text + "\"");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    private static SortedMap<String, String> settings(@Nullable Map<String, String> given) throws RequestRefused {
        SortedMap<String, String> settings = new TreeMap<>();
        for (Map.Entry<String, String> setting :
                given == null ? Set.<Map.Entry<String, String>>of() : given.entrySet()) {
            String name = setting.getKey().toLowerCase(Locale.ROOT);
            if (!SessionSettings.isValueAffecting(name)) {
                throw RequestRefused.malformed("the setting \"" + name + "\" cannot be given over HTTP, only "
                        + String.join(", ", SessionSettings.VALUE_AFFECTING));
            }
            if (setting.getValue() == null || settings.put(name, stored(setting.getValue())) != null) {
                throw RequestRefused.malformed("the setting \"" + name + "\" needs one text as its value");
            }
        }
        return settings;
    }

    private static List<WriteStatement> statements(SqlRequest request) throws RequestRefused {
        boolean single = request.sql() != null;
        if (single == (request.statements() != null) || (!single && request.parameters() != null)) {
            throw RequestRefused.malformed("a request has either sql (and parameters) or statements");
        }
        if (single) {
            return List.of(statement(request.sql(), request.parameters()));
        }
        List<SqlRequest.Statement> given = Objects.requireNonNull(request.statements());
        if (given.isEmpty() || given.size() > STATEMENTS_MAX) {
            throw RequestRefused.malformed("a request has 1 to " + STATEMENTS_MAX + " statements");
        }
        List<WriteStatement> statements = new ArrayList<>(given.size());
        for (SqlRequest.@Nullable Statement statement : given) {
            if (statement == null) {
                throw RequestRefused.malformed("a statement must not be null");
            }
            statements.add(statement(statement.sql(), statement.parameters()));
        }
        return statements;
    }

    private static WriteStatement statement(@Nullable String sql, @Nullable List<JsonNode> values)
            throws RequestRefused {
        if (sql == null) {
            throw RequestRefused.malformed("a statement needs its text in sql");
        }
        List<Parameter> parameters = new ArrayList<>();
        if (values != null && values.size() > PARAMETERS_MAX) {
            throw RequestRefused.malformed("a statement has at most " + PARAMETERS_MAX + " parameters");
        }
        for (JsonNode value : values == null ? List.<JsonNode>of() : values) {
            parameters.add(parameter(value));
        }
        return new WriteStatement(stored(sql), parameters, List.of());
    }

    /** PostgreSQL infers the type from the statement: all values travel as text. */
    private static Parameter parameter(@Nullable JsonNode value) throws RequestRefused {
        if (value == null || value.isNull()) {
            return new Parameter(0, 0, null);
        }
        return new Parameter(0, 0, stored(text(value)).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isBigDecimal()) {
            BigDecimal number = value.decimalValue();
            // 1e3 is a whole number for integer columns, too; but 1e999999999 must not become a gigabyte of zeros.
            return Math.abs(number.scale()) <= PLAIN_SCALE_MAX ? number.toPlainString() : number.toString();
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /** The text, if PostgreSQL can hold it as it is. */
    private static String stored(String text) throws RequestRefused {
        if (text.indexOf('\0') >= 0) {
            throw RequestRefused.malformed("PostgreSQL's texts cannot contain the character U+0000");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            // Encoded all the same it would become a question mark.
            throw new RequestRefused(
                    SqlError.of(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "a text contains half of a surrogate pair"));
        }
        return text;
    }
}
