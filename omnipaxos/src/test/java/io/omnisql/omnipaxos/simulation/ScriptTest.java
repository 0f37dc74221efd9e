package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden stories; {@code -Drewrite} redraws them, and the difference is to be reviewed. */
class ScriptTest {
    private static final Path SCRIPTS = Path.of("src", "test", "resources", "scripts");

    static List<Path> scripts() throws IOException {
        try (var files = Files.list(SCRIPTS)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void tellsTheStoryAsDrawn(Path script) throws IOException {
        String golden = Files.readString(script);

        String drawn = Script.redraw(golden);

        if (System.getProperty("rewrite") != null) {
            Files.writeString(script, drawn);
        } else {
            assertThat(drawn).isEqualTo(golden);
        }
    }
}
