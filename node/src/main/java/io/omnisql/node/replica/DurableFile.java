package io.omnisql.node.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Files that say what a node is or has promised: a loss of power leaves the old contents or the new ones, never a mixture. It stands here,
 * in the room of what is durable first, since all rooms with such files may know this one.
 */
public final class DurableFile {
    private DurableFile() {}

    /** Durable when it returns, in the place of what was there. */
    public static void write(Path file, byte[] contents) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(fresh, contents);
        force(fresh);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        force(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }

    /** Gone for ever when it returns. */
    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            force(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        }
    }

    /** What a file, or a folder's list of names, says now is durable when it returns. */
    public static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
