package io.omnisql.node.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    Path cache;

    private Path unpacked(String name) throws IOException {
        Path folder = Files.createDirectories(cache.resolve(name));
        Files.writeString(folder.resolve("by"), name);
        return folder;
    }

    @Test
    void theFirstOfSeveralNodesThatUnpackAtOnceWins() throws IOException {
        Path folder = cache.resolve("postgresql");

        PostgresBinaries.renameOrDrop(unpacked("first"), folder);
        PostgresBinaries.renameOrDrop(unpacked("second"), folder);

        assertThat(folder.resolve("by")).hasContent("first");
        assertThat(cache.resolve("second")).doesNotExist();
    }

    @Test
    void anythingElseInTheWayIsAnError() throws IOException {
        Path file = Files.writeString(cache.resolve("file"), "");

        assertThatThrownBy(() -> PostgresBinaries.renameOrDrop(unpacked("first"), file))
                .isInstanceOf(FileSystemException.class);
    }
}
