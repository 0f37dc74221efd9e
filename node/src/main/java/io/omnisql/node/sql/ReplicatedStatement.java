package io.omnisql.node.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a command as every replica executes it.
 *
 * @param sql the text, already rewritten where that was needed
 * @param group whether it may share a transaction with other commands
 * @param parameters values in order
 * @param resultFormats format codes of the result's columns as in the Bind message: none (all text), one for all, or one each
 */
public record ReplicatedStatement(String sql, Grouping group, List<Parameter> parameters, List<Integer> resultFormats) {
    public ReplicatedStatement {
        parameters = List.copyOf(parameters);
        resultFormats = List.copyOf(resultFormats);
    }

    /** How the applier may execute it. */
    public enum Grouping {
        /** Plain INSERT, UPDATE, DELETE or MERGE (or a read that came by the log): may share a transaction with its neighbours. */
        SHARED,
        /** Changes the catalog or session state: a transaction of its own, and cached plans are dropped afterwards. */
        ALONE
    }

    /**
     * A parameter's value.
     *
     * @param type its PostgreSQL type OID, or 0 when PostgreSQL shall infer it. Only built-in types (below 16384) are named: the
     *     OIDs of others differ between replicas
     * @param format 0 text, 1 binary
     * @param value the bytes, or null for NULL
     */
    @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched; nobody compares parameters.
    public record Parameter(int type, int format, byte @Nullable [] value) {}
}
