package io.omnisql.node.pgclient;

import java.io.IOException;

/** PostgreSQL answered with an ErrorResponse: the session itself may live on. */
public final class PostgresError extends IOException {
    private static final long serialVersionUID = 1L;
    private final String sqlState;

    /** With PostgreSQL's own SQLSTATE and message. */
    public PostgresError(String sqlState, String message) {
        super(sqlState + ": " + message);
        this.sqlState = sqlState;
    }

    /** Five characters. */
    public String sqlState() {
        return sqlState;
    }
}
