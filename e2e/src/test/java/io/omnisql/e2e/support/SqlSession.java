package io.omnisql.e2e.support;

import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** JDBC through a forwarded port. */
public final class SqlSession implements AutoCloseable {
    private static final String ANSWER_SECONDS_MAX = "60";

    private final LocalPortForward port;
    private final Connection connection;

    private SqlSession(LocalPortForward port, Connection connection) {
        this.port = port;
        this.connection = connection;
    }

    static SqlSession open(LocalPortForward port, String password, Path authorities) throws SQLException {
        return open(port, password, authorities, new Properties());
    }

    /** With further properties of the connection; the port is closed when there is none. */
    static SqlSession open(LocalPortForward port, String password, Path authorities, Properties more)
            throws SQLException {
        var properties = new Properties();
        properties.putAll(more);
        properties.setProperty("user", "app");
        properties.setProperty("password", password);
        properties.setProperty("socketTimeout", ANSWER_SECONDS_MAX);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", authorities.toString());
        String url = "jdbc:postgresql://localhost:" + port.getLocalPort() + "/omnisql";
        try {
            return new SqlSession(port, DriverManager.getConnection(url, properties));
        } catch (SQLException e) {
            try {
                port.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** A statement without rows. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The SQLSTATE with which that statement is refused. */
    public String refusal(String sql) {
        try {
            execute(sql);
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
        throw new IllegalStateException("Was not refused: " + sql);
    }

    /** The first column of each row. */
    public List<String> query(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    @Override
    public void close() throws SQLException {
        try (port) {
            connection.close();
        } catch (IOException e) {
            throw new SQLException("The forwarded port was not closed", e);
        }
    }
}
