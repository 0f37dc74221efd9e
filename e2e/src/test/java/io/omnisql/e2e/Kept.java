package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.SqlSession;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** Rows that a cluster must still have after it was away. */
record Kept(Installation cluster, List<String> rows) {
    private static final String QUERY = "SELECT i || ' ' || what FROM kept ORDER BY i";

    /** Writes them. */
    static Kept in(Installation cluster) throws IOException, SQLException {
        cluster.psql().query("DROP TABLE IF EXISTS kept");
        cluster.psql().query("CREATE TABLE kept (i bigint PRIMARY KEY, what text)");
        cluster.psql().query("INSERT INTO kept SELECT i, md5(i::text) FROM generate_series(1, 5000) AS i");
        try (SqlSession session = cluster.connect(cluster.pods().getFirst())) {
            session.execute("SET omnisql.read_level = 'linearizable'");
            return new Kept(cluster, session.query(QUERY));
        }
    }

    /** They are there; and what is written now is, too. */
    void assertAtEveryNode() throws SQLException {
        for (String pod : cluster.pods()) {
            try (SqlSession session = cluster.connect(pod)) {
                session.execute("SET omnisql.read_level = 'linearizable'");
                assertThat(session.query(QUERY)).as("at %s", pod).hasSize(5000).isEqualTo(rows);
            }
        }
        try (SqlSession session = cluster.connect(cluster.pods().getFirst())) {
            session.execute("INSERT INTO kept VALUES (0, 'written later')");
            assertThat(session.query("SELECT what FROM kept WHERE i = 0")).containsExactly("written later");
        }
    }
}
