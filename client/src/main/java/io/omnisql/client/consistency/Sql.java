package io.omnisql.client.consistency;

import io.omnisql.client.connection.SqlCall;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.StringJoiner;

/** The statements of the workloads, as calls with a text for an answer. */
final class Sql {
    private Sql() {}

    /** Answers the number of rows changed. */
    static SqlCall<Optional<String>> update(String sql, Object... parameters) {
        return connection -> {
            try (PreparedStatement statement = prepared(connection, sql, parameters)) {
                return Optional.of(Integer.toString(statement.executeUpdate()));
            }
        };
    }

    /** Answers whether a row was changed. */
    static SqlCall<Optional<String>> updateIfAny(String sql, Object... parameters) {
        return connection -> {
            try (PreparedStatement statement = prepared(connection, sql, parameters)) {
                return Optional.of(Boolean.toString(statement.executeUpdate() > 0));
            }
        };
    }

    /** Answers the first column of the only row, nothing when there is no row. */
    static SqlCall<Optional<String>> value(String sql, Object... parameters) {
        return connection -> {
            try (PreparedStatement statement = prepared(connection, sql, parameters)) {
                ResultSet rows = statement.executeQuery();
                return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
            }
        };
    }

    /** Answers the first column of all rows, with commas between. */
    static SqlCall<Optional<String>> column(String sql, Object... parameters) {
        return connection -> {
            try (PreparedStatement statement = prepared(connection, sql, parameters)) {
                ResultSet rows = statement.executeQuery();
                StringJoiner values = new StringJoiner(",");
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
                return Optional.of(values.toString());
            }
        };
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
