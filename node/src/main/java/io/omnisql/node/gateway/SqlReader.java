package io.omnisql.node.gateway;

import io.omnisql.node.sql.ReplicatedStatement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Reads from this node's PostgreSQL on behalf of a client that is connected elsewhere (or over HTTP). */
public interface SqlReader {

    /**
     * Executes read statements in one READ ONLY transaction as {@code sessionUser}, with {@code role} and {@code settings}
     * applied. Bounded by the node's limits on result bytes (54000) and time (57014). SQLSTATE 25006 among the results means
     * that a statement writes: it belongs into the log.
     */
    CompletionStage<List<StatementResult>> read(Reading reading);

    /** What to read, and as whom. */
    record Reading(
            String sessionUser, String role, Map<String, String> settings, List<ReplicatedStatement> statements) {
        public Reading {
            settings = Map.copyOf(settings);
            statements = List.copyOf(statements);
        }
    }
}
