package io.omnisql.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InstallFileTest {
    @Test
    void theSingleInstallFileIsWhatItsPartsMake() throws IOException, InterruptedException {
        var check = new ProcessBuilder("bash", "manifests/install.sh", "--check")
                .directory(Path.of("..").toFile())
                .inheritIO()
                .start();

        assertThat(check.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).isZero();
    }
}
