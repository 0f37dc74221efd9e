package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSettingsTest {
    private static final ClientSettings DEFAULTS =
            new ClientSettings(ReadLevel.LOCAL, 0, Duration.ZERO, null, Duration.ofSeconds(20));

    private static ClientSettings withBound(String value) throws InvalidSetting {
        return DEFAULTS.with("max_staleness", value, DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0ms, 0",
        "500, 500",
        "500ms, 500",
        "' 2 s ', 2000",
        "1.5s, 1500",
        "1min, 60000",
        "1m, 60000",
        "1h, 3600000",
        "1d, 86400000",
        "2000us, 2",
        "1us, 1",
        "0.2, 1"
    })
    void aBoundIsWrittenAsPostgresWritesDurations(String value, long millis) throws InvalidSetting {
        assertThat(withBound(value).maxStaleness()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-1ms", "soon", "5 S", "1e3", "25h", "999999999d", "1 s 2", "0x10", "ms"})
    void whatIsNoBoundIsRefused(String value) {
        assertThatThrownBy(() -> withBound(value))
                .isInstanceOfSatisfying(
                        InvalidSetting.class,
                        invalid -> assertThat(invalid.error().sqlState()).isEqualTo("22023"))
                .hasMessageContaining("omnisql.max_staleness");
    }

    @Test
    void resetEndsTheBound() throws InvalidSetting {
        ClientSettings bounded = withBound("2s");

        assertThat(bounded.with("max_staleness", null, DEFAULTS)).isEqualTo(DEFAULTS);
        assertThat(bounded.text("max_staleness")).isEqualTo("2000ms");
        assertThat(DEFAULTS.text("max_staleness")).isEqualTo("0ms");
    }

    @Test
    void otherSettingsKeepTheBound() throws InvalidSetting {
        ClientSettings bounded = withBound("2s");

        for (String name : ClientSettings.NAMES) {
            if (!name.equals("max_staleness")) {
                assertThat(bounded.with(name, null, DEFAULTS).maxStaleness())
                        .as(name)
                        .isEqualTo(Duration.ofSeconds(2));
            }
        }
        assertThat(bounded.withIdempotencyKey("k").maxStaleness()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void ofTwoBoundsTheTighterSatisfiesBoth() throws InvalidSetting {
        ClientSettings loose = withBound("2s");
        ClientSettings tight = withBound("1s");

        assertThat(loose.strongerOf(tight)).isEqualTo(tight);
        assertThat(tight.strongerOf(loose)).isEqualTo(tight);
        assertThat(DEFAULTS.strongerOf(tight)).isEqualTo(tight);
        assertThat(tight.strongerOf(DEFAULTS)).isEqualTo(tight);
    }

    @Test
    void aKeyMayBeAsLongAsOverHttp() throws InvalidSetting {
        String longest = "k".repeat(255);

        assertThat(DEFAULTS.with("idempotency_key", longest, DEFAULTS).idempotencyKey())
                .isEqualTo(longest);
        assertThatThrownBy(() -> DEFAULTS.with("idempotency_key", longest + "k", DEFAULTS))
                .isInstanceOf(InvalidSetting.class);
    }

    @Test
    void aTimeoutIsNeverZero() {
        assertThatThrownBy(() -> DEFAULTS.with("timeout", "0", DEFAULTS)).isInstanceOf(InvalidSetting.class);
        assertThatThrownBy(() -> DEFAULTS.with("timeout", "2h", DEFAULTS)).isInstanceOf(InvalidSetting.class);
    }
}
