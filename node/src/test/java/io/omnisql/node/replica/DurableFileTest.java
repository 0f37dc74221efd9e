package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @TempDir
    Path folder;

    @Test
    void holdsWhatWasWrittenLastAndLeavesNothingBesideIt() throws IOException {
        Path file = folder.resolve("promise");

        DurableFile.write(file, new byte[] {1, 2, 3});
        Files.write(folder.resolve("promise.tmp"), new byte[9]); // A crash came before the rename.
        DurableFile.write(file, new byte[] {4});

        assertThat(file).hasBinaryContent(new byte[] {4});
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aWriteThatFailsLeavesWhatWasThere() throws IOException {
        Path file = folder.resolve("promise");
        DurableFile.write(file, new byte[] {1});
        Files.createDirectory(folder.resolve("promise.tmp"));

        assertThatThrownBy(() -> DurableFile.write(file, new byte[] {2})).isInstanceOf(IOException.class);

        assertThat(file).hasBinaryContent(new byte[] {1});
    }

    @Test
    void whatIsNotThereNeedNotBeDeleted() throws IOException {
        Path file = folder.resolve("promise");
        DurableFile.write(file, new byte[] {1});

        DurableFile.delete(file);
        DurableFile.delete(file);

        assertThat(folder).isEmptyDirectory();
    }
}
