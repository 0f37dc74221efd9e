package io.omnisql.node.pgclient;

import java.io.IOException;

/** PostgreSQL answered with an ErrorResponse: the session itself may live on. */
public final class PostgresError extends IOException {
    private static final long serialVersionUID = 1L;
    private final String sqlState;
    private final String serverMessage;

    /** With PostgreSQL's own SQLSTATE and message. */
    public PostgresError(String sqlState, String message) {
        super(sqlState + ": " + message);
        this.sqlState = sqlState;
        this.serverMessage = message;
    }

    /** Five characters. */
    public String sqlState() {
        return sqlState;
    }

    /** PostgreSQL's message alone. */
    public String serverMessage() {
        return serverMessage;
    }
}
