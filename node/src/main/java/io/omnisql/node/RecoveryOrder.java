package io.omnisql.node;

import io.omnisql.node.membership.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * That this node shall go on as a cluster of its own: on its disk from before the first change until after the last, so that a crash in
 * between is followed by the same way and the same end.
 *
 * @param clusterUid the cluster that lost its quorum
 * @param nextClusterUid of the new cluster
 * @param nextConfigurationId the new cluster's first: a log that knows it, or a later one, has been changed already
 */
record RecoveryOrder(UUID clusterUid, UUID nextClusterUid, long nextConfigurationId) {
    private static final String NAME = "recover-from-quorum-loss.json";

    /** Durable when it returns. */
    void write(Path folder) throws IOException {
        Path fresh = folder.resolve(NAME + ".tmp");
        Files.write(fresh, Json.write(this));
        force(fresh);
        Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        force(folder);
    }

    /** One that was not carried out to its end. */
    static Optional<RecoveryOrder> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        return Files.exists(file)
                ? Optional.of(Json.read(Files.readAllBytes(file), RecoveryOrder.class))
                : Optional.empty();
    }

    /** It is carried out. Durable when it returns: it must not come again when the new cluster has gone on. */
    static void delete(Path folder) throws IOException {
        if (Files.deleteIfExists(folder.resolve(NAME))) {
            force(folder);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
