package io.omnisql.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checked-in file that must be what the code makes; {@code -Drewrite} makes it so, and the reviewer reads the difference. */
public final class GoldenFile {
    private GoldenFile() {}

    /** Compares, or writes the file anew. */
    public static void check(Path file, String made) {
        try {
            if (System.getProperty("rewrite") != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, made);
            }
            assertThat(Files.exists(file))
                    .as("%s is missing: run the test with -Drewrite", file)
                    .isTrue();
            assertThat(made)
                    .as("%s is not what the code makes: run the test with -Drewrite and read the difference", file)
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
