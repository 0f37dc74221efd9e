package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.vertx.core.net.NetClient;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all sessions of a server share. Thread-safe. */
record ServerParts(
        PgServer.Settings settings,
        @Nullable Encryption encryption,
        ClusterStatements cluster,
        Supplier<Optional<SqlError>> unavailability,
        NetClient toPostgres,
        SessionRegistry registry,
        KnownWriters knownWriters,
        ClientBytes clientBytes,
        ClientBytes pendingBytes) {
    WriteRefusals refusals() {
        return new WriteRefusals(settings.isReader());
    }
}
