package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectiveConfigTest {
    private static List<String> lines(Map<String, String> settings) {
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
        return EffectiveConfig.print(config).lines().toList();
    }

    @Test
    void whatIsNotSetIsInForceByItsDefault() {
        assertThat(lines(Map.of("omnisql.sql.timeout", "7s")))
                .contains(
                        "omnisql.sql.timeout=7s",
                        "omnisql.sql.default-read-level=leader",
                        "omnisql.log.retained-bytes=1073741824",
                        "omnisql.timing.tick=50ms")
                .isSorted();
    }

    @Test
    void mapsListsCertificatesAndServersAreShownAsTheyAreSet() {
        var settings = Map.of(
                "omnisql.cluster.members.1", "a:1",
                "omnisql.founding.members[0]", "b:1",
                "omnisql.postgres.parameters.work_mem", "8MB",
                "quarkus.tls.sql.key-store.pem.0.cert", "tls.crt",
                "quarkus.management.tls-configuration-name", "admin",
                "quarkus.http.ssl-port", "8443");

        assertThat(lines(settings))
                .containsAll(settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
    }

    @Test
    void whatIsNoSettingIsNotShown() {
        assertThat(lines(Map.of("omnisql.port.offset", "100", "quarkus.log.level", "INFO")))
                .noneMatch(line -> line.startsWith("omnisql.port.offset") || line.startsWith("quarkus.log"));
    }

    @Test
    void secretsAreMaskedAndFilesOfSecretsAreNot() {
        assertThat(lines(Map.of(
                        "quarkus.tls.sql.key-store.p12.password", "hidden", "omnisql.admin.token-file", "/run/token")))
                .contains("quarkus.tls.sql.key-store.p12.password=********", "omnisql.admin.token-file=/run/token");
    }
}
