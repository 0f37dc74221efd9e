package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.53", "localhost", "::1"})
    void theLoopbackIsNobodyElsesToReach(String host) {
        assertThatCode(() -> Exposure.check(Map.of("omnisql.sql.host", host), false))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
    void anyOtherAddressIsRefusedWithTheKeyUntilTheSettingsSayOtherwise(String host) {
        assertThatThrownBy(() -> Exposure.check(Map.of("omnisql.peer.host", host), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("omnisql.peer.host: " + host)
                .hasMessageContaining("omnisql.insecure=true");
        assertThatCode(() -> Exposure.check(Map.of("omnisql.peer.host", host), true))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsNoAddressIsRefusedWithTheKey() {
        assertThatThrownBy(() -> Exposure.check(Map.of("omnisql.http.host", "no such host"), true))
                .hasMessageStartingWith("omnisql.http.host: ");
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', false",
        "cluster, '', false",
        "cluster, enabled, false",
        "cluster, redirect, false",
        "'', disabled, false",
        "cluster, disabled, true"
    })
    void httpIsEncryptedOnlyWhenNothingIsServedInTheClearBesideIt(String name, String insecure, boolean encrypted) {
        var config = new SmallRyeConfigBuilder()
                .withDefaultValue("quarkus.http.tls-configuration-name", name)
                .withDefaultValue("quarkus.http.insecure-requests", insecure)
                .build();

        assertThat(Exposure.isHttpEncrypted(config)).isEqualTo(encrypted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"omnisql.sql.tls-required", "omnisql.sql.client-certificate-required"})
    void aSqlPortThatRefusesSessionsInTheClearMayBeReached(String key) {
        var config = TestConfig.raw(Map.of("omnisql.sql.host", "0.0.0.0", key, "true"));
        NodeConfig node = config.getConfigMapping(NodeConfig.class);

        assertThatCode(() -> Exposure.check(node, config)).doesNotThrowAnyException();
    }
}
