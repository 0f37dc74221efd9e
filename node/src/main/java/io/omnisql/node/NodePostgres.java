package io.omnisql.node;

import io.omnisql.node.postgres.EmbeddedPostgres;
import io.omnisql.node.postgres.ExternalPostgres;
import io.omnisql.node.postgres.PostgresInstance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The PostgreSQL that the settings name, and the moment before its start at which its data may give way to others.
 *
 * @param config of this node
 * @param parameters PostgreSQL's own, checked
 * @param limits of this node
 * @param folder of PostgreSQL's files
 */
record NodePostgres(NodeConfig.Postgres config, Map<String, String> parameters, Limits limits, Path folder) {

    /** Puts other data in the place of PostgreSQL's, or leaves them. */
    @FunctionalInterface
    interface Replacement {
        /** Called while no PostgreSQL works there. */
        void replace() throws IOException;
    }

    /** Refuses with the key's name what no PostgreSQL could be started with. */
    static void check(NodeConfig.Postgres config) {
        if (config.mode() == NodeConfig.Postgres.Mode.EXTERNAL) {
            Path _ = needed("control-folder", config.controlFolder());
            Path _ = needed("socket-folder", config.socketFolder());
        }
    }

    /** Returns before it is ready. */
    PostgresInstance start(Replacement replacement) throws IOException {
        return switch (config.mode()) {
            case EMBEDDED -> {
                replacement.replace();
                yield EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                        folder,
                        config.binariesFolder().orElse(defaultBinaries()),
                        config.socketFolder().orElseGet(this::shortSocketFolder),
                        config.port(),
                        limits.clientConnectionsMax(),
                        parameters));
            }
            case EXTERNAL -> {
                Path control = needed("control-folder", config.controlFolder());
                Path socket = needed("socket-folder", config.socketFolder());
                ExternalPostgres.stop(control);
                replacement.replace();
                yield ExternalPostgres.start(new ExternalPostgres.Settings(
                        folder, control, socket, config.port(), limits.clientConnectionsMax(), parameters));
            }
        };
    }

    private static Path needed(String key, Optional<Path> folder) {
        return folder.orElseThrow(
                () -> new IllegalArgumentException("omnisql.postgres." + key + ": an external PostgreSQL needs it"));
    }

    /** A socket's path may have 107 bytes at most, its folder's 92, a data folder's any length. */
    private Path shortSocketFolder() {
        String name = "omnisql-" + Integer.toHexString(folder.hashCode());
        return Path.of(System.getProperty("java.io.tmpdir"), name);
    }

    private static Path defaultBinaries() {
        return Path.of(System.getProperty("user.home"), ".cache", "omnisql");
    }
}
