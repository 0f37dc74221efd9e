package io.omnisql.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.client.connection.PlainPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientMainTest {
    @AutoClose
    private static final PlainPostgres POSTGRES = new PlainPostgres();

    @TempDir
    private Path folder;

    private String profile(String name) throws IOException {
        Path file = folder.resolve(name + ".properties");
        Files.writeString(file, """
                targets = %s
                phase.1.duration = 500ms
                phase.1.requests-per-second = 100
                phase.1.read-ratio = 0.5
                """.formatted(POSTGRES.url()));
        return file.toString();
    }

    @Test
    void runsClientsTogetherAndDrawsTheirPlots() throws IOException {
        Path output = folder.resolve("out");

        int exit = ClientMain.execute(
                "run",
                "--start-at",
                Instant.now().plusSeconds(1).toString(),
                "--output",
                output.toString(),
                profile("a"),
                profile("b"));

        assertThat(exit).isZero();
        assertThat(output.resolve("a/requests.csv")).isNotEmptyFile();
        assertThat(output.resolve("b/summary.json")).isNotEmptyFile();
        assertThat(output.resolve("b/latency-over-time.png")).isNotEmptyFile();
        assertThat(output.resolve("requests-per-node.svg")).isNotEmptyFile();
    }

    @Test
    void drawsAgain() throws IOException {
        ClientMain.execute("run", "--no-plots", "--output", folder.toString(), profile("a"));

        assertThat(ClientMain.execute("plot", folder.toString())).isZero();
        assertThat(folder.resolve("latency-percentiles.png")).isNotEmptyFile();
        assertThat(ClientMain.execute(
                        "plot", Files.createDirectory(folder.resolve("empty")).toString()))
                .isEqualTo(ClientMain.BROKEN);
    }

    @Test
    void checksAndTellsTheVerdictByItsExitCode() {
        int exit = ClientMain.execute(
                "check", "bank", "--url", POSTGRES.url(), "--seconds", "1", "--output", folder.toString());

        assertThat(exit).isZero();
        assertThat(folder.resolve("history.jsonl")).isNotEmptyFile();
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws IOException {
        Path wrong = folder.resolve("wrong.properties");
        Files.writeString(wrong, "targets = nonsense\n");

        assertThat(ClientMain.execute("run", wrong.toString())).isEqualTo(ClientMain.WRONG_USAGE);
        assertThat(ClientMain.execute("run", folder.resolve("absent").toString()))
                .isEqualTo(ClientMain.WRONG_USAGE);
        assertThat(ClientMain.execute("run", profile("a"), profile("a"))).isEqualTo(ClientMain.WRONG_USAGE);
        assertThat(ClientMain.execute("check", "chess", "--url", "postgresql://h/d"))
                .isEqualTo(ClientMain.WRONG_USAGE);
        assertThat(ClientMain.execute("check", "set", "--url", "h")).isEqualTo(ClientMain.WRONG_USAGE);
        assertThat(ClientMain.execute("check", "set", "--url", POSTGRES.url(), "--rate", "-1"))
                .isEqualTo(ClientMain.WRONG_USAGE);
    }

    @Test
    void failsWhenNobodyAnswers() throws IOException {
        Path nobody = folder.resolve("nobody.properties");
        Files.writeString(nobody, """
                targets = postgresql://a:b@127.0.0.1:1/c
                request.timeout = 200ms
                phase.1.duration = 500ms
                phase.1.requests-per-second = 100
                phase.1.read-ratio = 0.5
                output = %s
                """.formatted(folder.resolve("nobody")));

        assertThat(ClientMain.execute("run", nobody.toString())).isEqualTo(ClientMain.BROKEN);
    }
}
