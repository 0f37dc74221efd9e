package io.omnisql.node.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.http.RequestReader.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final Headers NO_HEADERS = new Headers(null, null);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private final RequestReader reader = new RequestReader(DEFAULT_TIMEOUT);

    private SqlCall read(String json) throws RequestRefused {
        return reader.read(json.getBytes(StandardCharsets.UTF_8), NO_HEADERS);
    }

    private static List<@Nullable String> values(SqlCall call) {
        List<@Nullable String> values = new ArrayList<>();
        for (var parameter : call.statements().getFirst().parameters()) {
            byte[] value = parameter.value();
            values.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
        }
        return values;
    }

    @Test
    void takesOneStatementWithoutAnythingElse() throws RequestRefused {
        long before = System.nanoTime();

        SqlCall call = read("{\"sql\": \"SELECT 1\"}");

        assertThat(call.statements()).hasSize(1);
        assertThat(call.statements().getFirst().sql()).isEqualTo("SELECT 1");
        assertThat(call.level()).isNull();
        assertThat(call.idempotencyKey()).isNull();
        assertThat(call.deadlineNanos() - before).isBetween(DEFAULT_TIMEOUT.toNanos(), DEFAULT_TIMEOUT.toNanos() * 2);
    }

    @Test
    void takesStatementsAsTextsAndAsObjects() throws RequestRefused {
        SqlCall call = read("{\"statements\": [\"SELECT 1\", {\"sql\": \"SELECT $1\", \"parameters\": [7]}]}");

        assertThat(call.statements()).extracting(statement -> statement.sql()).containsExactly("SELECT 1", "SELECT $1");
        assertThat(call.statements().getLast().parameters()).hasSize(1);
    }

    @Test
    void carriesParametersAsTextWithoutLosingADigit() throws RequestRefused {
        SqlCall call = read(
                "{\"sql\": \"x\", \"parameters\": [null, true, 9223372036854775807, 123456789012345678901234567890, "
                        + "1.10, 1e3, 0.1, \"ä\", [1, \"a\"], {\"k\": 1.50}]}");

        assertThat(values(call))
                .containsExactly(
                        null,
                        "true",
                        "9223372036854775807",
                        "123456789012345678901234567890",
                        "1.10",
                        "1000",
                        "0.1",
                        "ä",
                        "[1,\"a\"]",
                        "{\"k\":1.50}");
    }

    @Test
    void doesNotBlowUpAHugeExponent() throws RequestRefused {
        assertThat(values(read("{\"sql\": \"x\", \"parameters\": [1e999999999]}")))
                .containsExactly("1E+999999999");
    }

    @Test
    void takesLevelKeyTimeoutAndSettings() throws RequestRefused {
        SqlCall call = read(
                "{\"sql\": \"x\", \"read_level\": \"linearizable\", \"idempotency_key\": \"k\", \"not_before\": 7, "
                        + "\"max_staleness\": \"2s\", \"timeout\": \"500ms\", \"settings\": {\"TimeZone\": \"UTC\"}}");

        assertThat(call.level()).isEqualTo(ReadLevel.LINEARIZABLE);
        assertThat(call.idempotencyKey()).isEqualTo("k");
        assertThat(call.notBefore()).isEqualTo(7);
        assertThat(call.maxStaleness()).isEqualTo(Duration.ofSeconds(2));
        assertThat(call.settings()).containsExactlyEntriesOf(Map.of("timezone", "UTC"));
        assertThat(call.deadlineNanos() - System.nanoTime()).isLessThanOrEqualTo(500_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "5s, 5000", "2m, 120000", "2min, 120000"})
    void aMinuteMayBeWrittenAsOnTheSqlPort(String text, long millis) throws RequestRefused {
        SqlCall call = read("{\"sql\": \"x\", \"max_staleness\": \"" + text + "\"}");

        assertThat(call.maxStaleness()).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void takesLevelAndKeyFromHeaders() throws RequestRefused {
        SqlCall call = reader.read("{\"sql\": \"x\"}".getBytes(StandardCharsets.UTF_8), new Headers("LOCAL", "k"));

        assertThat(call.level()).isEqualTo(ReadLevel.LOCAL);
        assertThat(requireNonNull(call.idempotencyKey())).isEqualTo("k");
    }

    @Test
    void refusesAHeaderThatContradictsTheBody() {
        byte[] body = "{\"sql\": \"x\", \"idempotency_key\": \"a\"}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> reader.read(body, new Headers(null, "b")))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining("idempotency key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"sql\": 1",
                "{\"sql\": \"x\"} {}",
                "{\"sql\": \"x\", \"statements\": [\"y\"]}",
                "{\"statements\": []}",
                "{\"statements\": [null]}",
                "{\"statements\": [{\"parameters\": []}]}",
                "{\"statements\": [\"x\"], \"parameters\": [1]}",
                "{\"sql\": \"x\", \"readlevel\": \"local\"}",
                "{\"sql\": \"x\", \"read_level\": \"strong\"}",
                "{\"sql\": \"x\", \"timeout\": \"0s\"}",
                "{\"sql\": \"x\", \"timeout\": \"11m\"}",
                "{\"sql\": \"x\", \"timeout\": \"soon\"}",
                "{\"sql\": \"x\", \"not_before\": -1}",
                "{\"sql\": \"x\", \"max_staleness\": 500}",
                "{\"sql\": \"x\", \"max_staleness\": \"-1s\"}",
                "{\"sql\": \"x\", \"max_staleness\": \"1441m\"}",
                "{\"sql\": \"x\", \"idempotency_key\": \" \"}",
                "{\"sql\": \"x\", \"settings\": {\"session_replication_role\": \"replica\"}}",
                "{\"sql\": \"x\", \"settings\": {\"timezone\": null}}",
                "{\"sql\": \"x\\u0000\"}",
                "{\"sql\": \"x\", \"parameters\": [\"\\u0000\"]}"
            })
    void refusesWhatIsNotARequest(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        RequestRefused.class,
                        refused -> assertThat(refused.error().sqlState()).isEqualTo("08P01"));
    }

    @Test
    void refusesMoreStatementsThanAllowed() {
        String many = "\"x\",".repeat(RequestReader.STATEMENTS_MAX) + "\"x\"";

        assertThatThrownBy(() -> read("{\"statements\": [" + many + "]}")).isInstanceOf(RequestRefused.class);
    }

    /** As bytes it would be a question mark: another text than the client gave. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sql\": \"SELECT 'a\\ud800b'\"}",
                "{\"sql\": \"x\", \"parameters\": [\"a\\ud800b\"]}",
                "{\"sql\": \"x\", \"parameters\": [[\"\\udc00\"]]}",
                "{\"sql\": \"x\", \"settings\": {\"timezone\": \"\\ud800\"}}"
            })
    void refusesHalfOfASurrogatePair(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        RequestRefused.class,
                        refused -> assertThat(refused.error().sqlState()).isEqualTo("22021"));
    }

    @Test
    void takesCharactersBeyondTheBasicPlane() throws RequestRefused {
        assertThat(values(read("{\"sql\": \"x\", \"parameters\": [\"\\ud83d\\ude00\"]}")))
                .containsExactly("\ud83d\ude00");
    }
}
