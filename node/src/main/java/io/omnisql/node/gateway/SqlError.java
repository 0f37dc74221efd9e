package io.omnisql.node.gateway;

import org.jspecify.annotations.Nullable;

/** An error of our own in PostgreSQL's terms. */
public record SqlError(
        String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String hint) {

    /** Without detail and hint. */
    public static SqlError of(String sqlState, String message) {
        return new SqlError(sqlState, message, null, null);
    }

    /** With a hint. */
    public static SqlError withHint(String sqlState, String message, String hint) {
        return new SqlError(sqlState, message, null, hint);
    }
}
