package io.omnisql.node.gateway;

import org.jspecify.annotations.Nullable;

/**
 * What one statement gave, in the words of PostgreSQL itself.
 *
 * @param wire the backend messages of the statement, concatenated as PostgreSQL wrote them: NoticeResponse,
 *     RowDescription, DataRow, CommandComplete, EmptyQueryResponse or ErrorResponse
 * @param sqlState null when the statement succeeded
 */
@SuppressWarnings("ArrayRecordComponent") // The bytes pass through untouched.
public record StatementResult(byte[] wire, @Nullable String sqlState) {
    /** Whether the statement failed. */
    public boolean isError() {
        return sqlState != null;
    }
}
