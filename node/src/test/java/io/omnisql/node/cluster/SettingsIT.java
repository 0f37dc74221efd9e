package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program under settings that it refuses: it ends with 78, by which systemd knows not to start it again. */
class SettingsIT {
    private static final int WRONG_SETTINGS = 78;

    @TempDir
    Path folder;

    private TestNode node() throws IOException {
        TestNode node = new TestNode(1, Files.createDirectory(folder.resolve("data")));
        node.set("OMNISQL_CLUSTER_MEMBERS_1", "127.0.0.1:" + node.peerPort());
        return node;
    }

    private Program.Result run(String settings, String... arguments) throws IOException {
        TestNode node = node();
        node.set(
                "SMALLRYE_CONFIG_LOCATIONS",
                Files.writeString(folder.resolve("node.properties"), settings).toString());
        return node.run(arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "omnisql.sql.prot, 1",
        "omnisql.timing.tick, soon",
        "omnisql.cluster.accept-quorum, 7",
        "omnisql.snapshot.rate-kib, 1",
        "omnisql.log.retained-bytes, 1",
        "omnisql.postgres.parameters.fsync, off",
        "omnisql.sql.tls-required, true",
        "omnisql.peer.tls-configuration-name, none"
    })
    void aWrongValueIsNamedWithItsKeyBeforeAnythingIsWritten(String key, String value) throws IOException {
        Program.Result result = run(key + "=" + value);

        assertThat(result.exitCode()).as(result.output()).isEqualTo(WRONG_SETTINGS);
        assertThat(result.output()).contains(key).doesNotContain("\tat ");
        assertThat(folder.resolve("data")).isEmptyDirectory();
    }

    @Test
    void aMissingPortIsNamedWithItsKey() throws IOException {
        TestNode node = node();
        node.set("OMNISQL_HTTP_PORT", ""); // As if it were not there.

        Program.Result result = node.run();

        assertThat(result.exitCode()).as(result.output()).isEqualTo(WRONG_SETTINGS);
        assertThat(result.output()).contains("omnisql.http.port").doesNotContain("\tat ");
    }

    @Test
    void showsWhatIsInForceAndEnds() throws IOException {
        Program.Result result =
                run("quarkus.tls.sql.key-store.p12.password=hidden\nomnisql.sql.timeout=7s", "print-config");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output().lines())
                .contains(
                        "omnisql.sql.timeout=7s",
                        "omnisql.timing.tick=50ms",
                        "omnisql.node.data-folder=" + folder.resolve("data"),
                        "quarkus.management.host=127.0.0.1",
                        "quarkus.tls.sql.key-store.p12.password=********");
    }
}
