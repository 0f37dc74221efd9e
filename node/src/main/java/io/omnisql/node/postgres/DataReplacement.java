package io.omnisql.node.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Puts other files in the place of PostgreSQL's data while it does not run. A crash leaves the old data, the new data or
 * none, never a mixture: whoever replaces repeats it until it succeeded.
 */
public final class DataReplacement {
    private DataReplacement() {}

    /** Puts PostgreSQL's files into an empty folder. */
    @FunctionalInterface
    public interface Filling {
        /** Need not care for durability. */
        void fill(Path folder) throws IOException;
    }

    /**
     * Replaces the data of the cluster in {@code dataFolder}, durably. PostgreSQL processes that an earlier life left are ended.
     *
     * @param dataFolder as in {@link EmbeddedPostgres.Settings} and {@link ExternalPostgres.Settings}
     */
    public static void replace(Path dataFolder, Filling filling) throws IOException {
        var cluster = new ClusterFolder(dataFolder.toAbsolutePath());
        ClusterFolder.privateFolder(cluster.folder());
        Leftovers.kill(cluster.data());
        Path incoming = cluster.folder().resolve("pgdata.incoming");
        Path replaced = cluster.folder().resolve("pgdata.replaced");
        ClusterFolder.delete(incoming);
        ClusterFolder.privateFolder(incoming);
        filling.fill(incoming);
        force(incoming);
        ClusterFolder.delete(replaced);
        if (Files.exists(cluster.data())) {
            Files.move(cluster.data(), replaced, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(incoming, cluster.data(), StandardCopyOption.ATOMIC_MOVE);
        forceOne(cluster.folder());
        ClusterFolder.delete(replaced);
    }

    private static void force(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                forceOne(path);
            }
        }
    }

    private static void forceOne(Path path) throws IOException {
        if (Files.isSymbolicLink(path) || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("Neither a file nor a folder: " + path);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
