package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.SqlState;

/** Why this node ends a session whose client kept to the protocol. */
final class SessionEnd {
    static final SqlError SHUTDOWN =
            SqlError.of(SqlState.ADMIN_SHUTDOWN, "terminating connection: this node is stopping");
    static final SqlError DRAINED = SqlError.withHint(
            SqlState.ADMIN_SHUTDOWN,
            "terminating connection: this node is being drained",
            "Connect again, to another node.");
    static final SqlError BACKEND_LOST = SqlError.withHint(
            SqlState.ADMIN_SHUTDOWN,
            "terminating connection: this node's PostgreSQL ended the session",
            "Connect again, to this node or another one.");
    static final SqlError NO_ROOM = SqlError.withHint(
            SqlState.OUT_OF_MEMORY,
            "terminating connection: the unfinished messages of this node's clients take all the room that there is for them",
            "Try again, send less in one message, or use another node.");

    private SessionEnd() {}
}
