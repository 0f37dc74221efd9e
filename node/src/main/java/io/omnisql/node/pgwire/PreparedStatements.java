package io.omnisql.node.pgwire;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client's prepared statements and portals are called. PostgreSQL holds the same names and has the last word: a name is noted
 * when its message is sent, and each change can be taken back when PostgreSQL refuses or skips it.
 */
final class PreparedStatements {
    private final Map<String, Prepared> statements = new HashMap<>();
    private boolean isUnnamedEnded;
    private final Map<String, Portal> portals = new HashMap<>();

    @Nullable
    Prepared statement(String name) {
        return statements.get(name);
    }

    @Nullable
    Portal portal(String name) {
        return portals.get(name);
    }

    Runnable putStatement(String name, Prepared statement) {
        boolean wasEnded = isUnnamedEnded;
        isUnnamedEnded &= !name.isEmpty();
        Runnable undo = restoring(statements, name, statements.put(name, statement));
        return () -> {
            undo.run();
            isUnnamedEnded = wasEnded;
        };
    }

    Runnable putPortal(String name, Portal portal) {
        return restoring(portals, name, portals.put(name, portal));
    }

    Runnable removeStatement(String name) {
        return restoring(statements, name, statements.remove(name));
    }

    Runnable removePortal(String name) {
        return restoring(portals, name, portals.remove(name));
    }

    /**
     * The unnamed statement is no more: every simple query and every failed Parse without a name ends it. PostgreSQL may still have it,
     * where the simple query was none of its own.
     */
    void endUnnamed() {
        statements.remove("");
        isUnnamedEnded = true;
    }

    /** Whether the name means nothing any more, whatever PostgreSQL says. */
    boolean isEnded(String name) {
        return isUnnamedEnded && name.isEmpty();
    }

    /** PostgreSQL may have forgotten any statement. */
    void doubtAll() {
        statements.values().forEach(statement -> statement.isParsed(false));
    }

    /** Portals end with their transaction. */
    void forgetPortals() {
        portals.clear();
    }

    private static <T> Runnable restoring(Map<String, T> names, String name, @Nullable T before) {
        return () -> {
            if (before == null) {
                names.remove(name);
            } else {
                names.put(name, before);
            }
        };
    }
}
