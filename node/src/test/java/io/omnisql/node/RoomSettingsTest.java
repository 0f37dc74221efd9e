package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "omnisql.bootstrap.role, omnisql",
        "omnisql.postgres.parameters.fsync, off",
        "omnisql.log.retained-bytes, 1",
        "omnisql.snapshot.rate-kib, 1",
        "omnisql.timing.election-timeout-ticks, 0",
        "omnisql.timing.resend-ticks, -1",
        "omnisql.timing.tick, 0ms",
        "omnisql.sql.execution-max, 1s"
    })
    void refusesWhatCannotBeWithTheKeysName(String key, String value) {
        assertThatThrownBy(() -> RoomSettings.of(TestConfig.of(Map.of(key, value))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key + ": ");
    }

    @Test
    void anExternalPostgresNeedsTheFoldersInWhichItIsMet() {
        assertThatThrownBy(() -> RoomSettings.of(TestConfig.of(Map.of("omnisql.postgres.mode", "external"))))
                .hasMessageStartingWith("omnisql.postgres.control-folder: ");
        assertThatThrownBy(() -> RoomSettings.of(TestConfig.of(
                        Map.of("omnisql.postgres.mode", "external", "omnisql.postgres.control-folder", "/control"))))
                .hasMessageStartingWith("omnisql.postgres.socket-folder: ");
    }

    @Test
    void whatIsNotSetHasItsDefault() {
        RoomSettings settings = RoomSettings.of(TestConfig.of(Map.of("omnisql.postgres.parameters.work_mem", "8MB")));

        assertThat(settings.postgresParameters()).isEqualTo(Map.of("work_mem", "8MB"));
        assertThat(settings.tick()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.protocol().priority()).isZero();
        assertThat(settings.protocol(7).priority()).isEqualTo(7);
    }
}
