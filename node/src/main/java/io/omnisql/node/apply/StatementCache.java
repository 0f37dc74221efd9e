package io.omnisql.node.apply;

import io.omnisql.node.pgclient.FrontendBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The prepared statements of one session by text and parameter types; the least recently used gives way. Used by the applier's thread
 * only.
 */
final class StatementCache {
    private static final int STATEMENTS_MAX = 256;
    private static final float LOAD = 0.75f;

    private final LinkedHashMap<Key, PreparedStatement> statements = new LinkedHashMap<>(STATEMENTS_MAX, LOAD, true);
    private long count;

    /** Text and types; the types' array is never changed after it came here. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by content below.
    private record Key(String sql, int[] types) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key(String otherSql, int[] otherTypes)
                    && sql.equals(otherSql)
                    && Arrays.equals(types, otherTypes);
        }

        @Override
        public int hashCode() {
            return sql.hashCode();
        }
    }

    /** The statement, prepared by messages put into {@code out} unless it is prepared already. */
    PreparedStatement prepare(FrontendBuffer out, String sql, int[] types) {
        var key = new Key(sql, types);
        PreparedStatement known = statements.get(key);
        if (known != null) {
            return known;
        }
        if (statements.size() >= STATEMENTS_MAX) {
            Map.Entry<Key, PreparedStatement> eldest =
                    statements.entrySet().iterator().next();
            statements.remove(eldest.getKey());
            out.closeStatement(eldest.getValue().name());
        }
        count++;
        var fresh = new PreparedStatement(FrontendBuffer.utf8("s" + count));
        out.parse(fresh.name(), sql, types);
        statements.put(key, fresh);
        return fresh;
    }

    /** After a failed pipeline: what PostgreSQL did not get to is not prepared. */
    void dropUnparsed() {
        statements.values().removeIf(statement -> !statement.isParsed());
    }

    /** Forgets all; the session must do the same. */
    void clear() {
        statements.clear();
    }
}
