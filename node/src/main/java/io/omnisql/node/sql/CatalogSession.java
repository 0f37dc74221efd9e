package io.omnisql.node.sql;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A superuser's session of this node's PostgreSQL that answers the analysis. */
@FunctionalInterface
public interface CatalogSession {
    /**
     * Executes one statement with text parameters and gives its rows as text.
     *
     * @throws CatalogError when PostgreSQL answered with an error
     * @throws IOException when the session is broken
     */
    List<@Nullable String[]> rows(String sql, @Nullable String... values) throws IOException, CatalogError;

    /** PostgreSQL's error. */
    final class CatalogError extends Exception {
        private static final long serialVersionUID = 1L;
        private final String sqlState;

        public CatalogError(String sqlState, String message) {
            super(message);
            this.sqlState = sqlState;
        }

        /** Five characters. */
        public String sqlState() {
            return sqlState;
        }
    }
}
