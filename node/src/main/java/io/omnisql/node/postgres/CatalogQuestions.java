package io.omnisql.node.postgres;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Short questions to the node's PostgreSQL for those who watch the node, over a pool of very few ordinary connections: the way that
 * clients' sessions take, with TCP and a password, so that an answer proves more than a living process does. Never part of a read or a
 * write. Blocks, within the bounds of the pool's settings.
 */
@Singleton
public class CatalogQuestions {
    private static final int ANSWER_SECONDS_MAX = 5;
    private static final String QUESTION = """
            SELECT pg_catalog.current_setting('server_version'),
                   pg_catalog.pg_database_size(pg_catalog.current_database()),
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend')
            """;

    private final DataSource pool;

    @Inject
    CatalogQuestions(DataSource pool) {
        this.pool = pool;
    }

    /**
     * What PostgreSQL says of itself.
     *
     * @param version as {@code server_version} tells it
     * @param databaseBytes what the replicated database takes on this node's disk
     * @param sessions clients' and the node's own
     */
    public record Answer(String version, long databaseBytes, long sessions) {}

    /** Asks now. */
    public Answer ask() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(ANSWER_SECONDS_MAX);
                return answer(statement);
            }
        }
    }

    private static Answer answer(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(QUESTION)) {
            if (!rows.next()) {
                throw new SQLException("PostgreSQL gave no row");
            }
            return new Answer(rows.getString(1), rows.getLong(2), rows.getLong(3));
        }
    }
}
