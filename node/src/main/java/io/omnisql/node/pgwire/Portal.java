package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import org.jspecify.annotations.Nullable;

/** A bound statement of a client's session. */
final class Portal {
    private static final int FIXED_BYTES = 512;

    private final @Nullable Prepared prepared;
    private final Bind bind;
    private @Nullable PortalResult result;
    private boolean isAtPostgres = true;

    /** {@code prepared} is null for a statement that was prepared by SQL, which only PostgreSQL knows. */
    Portal(@Nullable Prepared prepared, Bind bind) {
        this.prepared = prepared;
        this.bind = bind;
    }

    /** Whether PostgreSQL knows it. */
    boolean isAtPostgres() {
        return isAtPostgres;
    }

    void isAtPostgres(boolean known) {
        isAtPostgres = known;
    }

    /** Whether PostgreSQL lets it run once more within its transaction: only what gives rows. */
    boolean mayRunAgain() {
        return statement() == null || statement().mayGiveRows();
    }

    boolean isKnownToGiveNoRows() {
        return prepared != null && prepared.isKnownToGiveNoRows();
    }

    @Nullable
    Prepared prepared() {
        return prepared;
    }

    @Nullable
    Classified statement() {
        return prepared == null ? null : prepared.statement();
    }

    Bind bind() {
        return bind;
    }

    /** What came back from the cluster and was not fetched to its end. */
    @Nullable
    PortalResult result() {
        return result;
    }

    void result(PortalResult given) {
        result = given;
    }

    /** Why its parameters cannot travel; null when they can. */
    @Nullable
    SqlError obstacle() {
        return prepared == null ? null : prepared.obstacle(bind);
    }

    /** The statement as it travels. */
    WriteStatement travelling() {
        if (prepared == null || prepared.statement() == null) {
            throw new IllegalStateException("Only known statements travel");
        }
        return new WriteStatement(prepared.statement().sql(), prepared.parameters(bind), bind.resultFormats());
    }

    /** About how much memory and log it takes. */
    long bytes() {
        Classified known = statement();
        return (known == null ? 0 : known.sql().length()) + parameterBytes();
    }

    /** About how much memory it takes beside its statement. */
    long heldBytes() {
        return FIXED_BYTES + parameterBytes();
    }

    private long parameterBytes() {
        long bytes = 0;
        for (byte @Nullable [] parameter : bind.parameters()) {
            bytes += parameter == null ? 4 : parameter.length + 4;
        }
        return bytes;
    }
}
