package io.omnisql.client.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.omnisql.client.connection.ReadLevel;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileFileTest {
    private static final String SMALLEST = """
            targets = postgresql://alice:secret@localhost:15431/omnisql
            phase.1.duration = 20s
            phase.1.requests-per-second = 0.5
            phase.1.read-ratio = 0.25
            """;

    @TempDir
    private Path folder;

    private LoadProfile read(String text, Map<String, String> environment) throws IOException, ProfileException {
        Path file = folder.resolve("small.properties");
        Files.writeString(file, text);
        return ProfileFile.read(file, environment);
    }

    @Test
    void readsPhasesAndDefaults() throws Exception {
        LoadProfile profile = read(
                SMALLEST + "phase.2.duration = 2m\nphase.2.requests-per-second = 5000\nphase.2.read-ratio = 1\n",
                Map.of());

        assertThat(profile.name()).isEqualTo("small");
        assertThat(profile.phases())
                .containsExactly(
                        new Phase(Duration.ofSeconds(20), 0.5, 0.25), new Phase(Duration.ofMinutes(2), 5000, 1));
        assertThat(profile.session().readLevel()).isEqualTo(ReadLevel.LINEARIZABLE);
        assertThat(profile.session().maxStaleness()).isZero();
        assertThat(profile.start()).isEqualTo(new Start.AtOnce());
        assertThat(profile.duration()).isEqualTo(Duration.ofSeconds(140));
    }

    @Test
    void readsABoundOfLocalReads() throws Exception {
        LoadProfile profile = read(SMALLEST + "read.level = local\nread.max-staleness = 500ms\n", Map.of());

        assertThat(profile.session().maxStaleness()).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"client-1", "client-2"})
    void readsTheProfilesOfTheLocalCluster(String name) throws Exception {
        Path file = Path.of("..", "config", name + ".properties");

        LoadProfile profile = ProfileFile.read(file, Map.of("OMNISQL_NODE_1_URL", "postgresql://a:b@127.0.0.1:9/c"));

        assertThat(profile.name()).isEqualTo(name);
        assertThat(profile.session().targets())
                .hasSize(3)
                .extracting(Target::name, Target::port)
                .contains(tuple("node-1", 9));
    }

    @Test
    void takesWhatTheEnvironmentSaysInstead() throws Exception {
        LoadProfile profile = read(
                SMALLEST + "reconnect = same\n",
                Map.of(
                        "OMNISQL_CLIENT_RECONNECT", "next",
                        "OMNISQL_CLIENT_PHASE_1_REQUESTS_PER_SECOND", "7",
                        "OMNISQL_CLIENT_START", "2026-01-31T12:00:00Z",
                        "HOME_NODE", "postgresql://bob@elsewhere/omnisql",
                        "OMNISQL_CLIENT_TARGETS", "${HOME_NODE}"));

        assertThat(profile.session().reconnect()).isEqualTo(Reconnect.NEXT);
        assertThat(profile.phases().getFirst().requestsPerSecond()).isEqualTo(7);
        assertThat(profile.start()).isEqualTo(new Start.At(Instant.parse("2026-01-31T12:00:00Z")));
        assertThat(profile.session().targets().getFirst().host()).isEqualTo("elsewhere");
    }

    @Test
    void tellsTheSettingsInForceWithoutSecrets() throws Exception {
        LoadProfile profile = read(SMALLEST + "password = hush\n", Map.of());

        assertThat(profile.effectiveSettings())
                .containsEntry("connections", "16")
                .containsEntry("phase.1.duration", "20s");
        assertThat(profile.effectiveSettings().values()).noneMatch(each -> each.contains("secret"));
        assertThat(profile.effectiveSettings().values()).noneMatch(each -> each.contains("hush"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "phase.1.duration|20",
                "phase.1.duration|0s",
                "phase.1.requests-per-second|-1",
                "phase.1.requests-per-second|NaN",
                "phase.1.requests-per-second|fast",
                "phase.1.read-ratio|1.5",
                "connections|0",
                "connections|many",
                "read.level|strong",
                "read.max-staleness|soon",
                "reconnect|never",
                "start|soon",
                "keys|0",
                "targets|mysql://localhost/x",
                "targets|${NOT_SET}",
                "targets.names|a, b",
                "password.file|/nowhere/at/all",
                "name|../elsewhere",
                "phase.3.duration|1s",
                "conections|3",
            })
    void refusesAWrongValueWithTheNameOfItsKey(String key, String value) {
        String text = SMALLEST + key + " = " + value + "\n";

        assertThatThrownBy(() -> read(text, Map.of()))
                .isInstanceOf(ProfileException.class)
                .hasMessageStartingWith(key + ": ");
    }

    @Test
    void refusesAProfileWithoutTargetsOrPhases() {
        assertThatThrownBy(() -> read("name = x\n", Map.of())).hasMessageStartingWith("targets: is missing");
        assertThatThrownBy(() -> read("targets = postgresql://h/d\n", Map.of()))
                .hasMessageStartingWith("phase.1.duration: is missing");
    }
}
