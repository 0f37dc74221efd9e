package io.omnisql.node;

import io.omnisql.node.membership.Json;
import io.omnisql.node.replica.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        DurableFile.write(folder.resolve(NAME), Json.write(this));
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
        DurableFile.delete(folder.resolve(NAME));
    }
}
