package io.omnisql.client.connection;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One request: statements that take effect in one go, on a connection in autocommit mode.
 *
 * @param <T> what it answers
 */
@FunctionalInterface
public interface SqlCall<T> {
    /** Sends the request and awaits its answer. */
    T on(Connection connection) throws SQLException;
}
