package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.SqlState;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a client's prepared statements and portals are called. PostgreSQL holds the same names and has the last word: a name is noted
 * when its message is sent, and each change can be taken back when PostgreSQL refuses or skips it. Bounded by a {@link ClientBytes.Share}.
 */
final class PreparedStatements {
    private static final SqlError NO_ROOM = SqlError.withHint(
            SqlState.OUT_OF_MEMORY,
            "the prepared statements and portals of this session, or of all of this node's clients, take all the room that there is for them",
            "Close those that are not needed (DEALLOCATE leaves them here), let the driver keep fewer, or use another node.");

    private final ClientBytes.Share share;
    private final Names<Prepared> statements = new Names<>(Prepared::bytes);
    private boolean isUnnamedEnded;
    private final Names<Portal> portals = new Names<>(Portal::heldBytes);

    PreparedStatements(ClientBytes.Share share) {
        this.share = share;
    }

    /** Why there is no room for one more; null when there is. The unnamed one always has it: there is but one in a session. */
    @Nullable
    SqlError obstacle(String name, long bytes) {
        return name.isEmpty() || share.hasRoomFor(bytes) ? null : NO_ROOM;
    }

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
        Runnable undo = statements.set(name, statement);
        return () -> {
            undo.run();
            isUnnamedEnded = wasEnded;
        };
    }

    Runnable putPortal(String name, Portal portal) {
        return portals.set(name, portal);
    }

    Runnable removeStatement(String name) {
        return statements.set(name, null);
    }

    Runnable removePortal(String name) {
        return portals.set(name, null);
    }

    /**
     * The unnamed statement is no more: every simple query and every failed Parse without a name ends it. PostgreSQL may still have it,
     * where the simple query was none of its own.
     */
    void endUnnamed() {
        var _ = statements.set("", null);
        isUnnamedEnded = true;
    }

    /** Whether the name means nothing any more, whatever PostgreSQL says. */
    boolean isEnded(String name) {
        return isUnnamedEnded && name.isEmpty();
    }

    /** PostgreSQL may have forgotten any statement. */
    void doubtAll() {
        statements.byName.values().forEach(statement -> statement.isParsed(false));
    }

    /** Portals end with their transaction. */
    void forgetPortals() {
        portals.clear();
    }

    /** The session is over: what it held others may hold. */
    void close() {
        share.close();
    }

    private final class Names<T> {
        final Map<String, T> byName = new HashMap<>();
        private final ToLongFunction<T> size;

        Names(ToLongFunction<T> size) {
            this.size = size;
        }

        @Nullable
        T get(String name) {
            return byName.get(name);
        }

        /** Gives the name a meaning, or none; the result gives it back the one that it had. */
        Runnable set(String name, @Nullable T value) {
            T before = value == null ? byName.remove(name) : byName.put(name, value);
            if (!name.isEmpty()) {
                share.add(bytes(value) - bytes(before));
            }
            return () -> {
                var _ = set(name, before);
            };
        }

        private long bytes(@Nullable T value) {
            return value == null ? 0 : size.applyAsLong(value);
        }

        void clear() {
            byName.forEach((name, value) -> share.add(name.isEmpty() ? 0 : -bytes(value)));
            byName.clear();
        }
    }
}
