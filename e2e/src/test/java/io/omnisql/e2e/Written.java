package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Load;
import io.omnisql.e2e.support.PsqlPod;
import io.omnisql.e2e.support.SqlSession;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;

/** The table that the load writes, and what must be in it afterwards. */
final class Written {
    private Written() {}

    /** Empty, and without a key, so that a row that was written twice is there twice. */
    static void begin(PsqlPod psql) {
        psql.query("DROP TABLE IF EXISTS written");
        psql.query("CREATE TABLE written (what text)");
    }

    /** Every node has what was acknowledged, once, and nothing that nobody wrote. */
    static void assertKept(Installation cluster, Load.Outcome outcome) throws SQLException {
        List<String> first = rowsAt(cluster, cluster.pods().getFirst());
        var kept = new TreeSet<>(first);
        assertThat(first).as("no row is there twice").hasSameSizeAs(kept);
        assertThat(kept).as("nothing that was acknowledged is lost").containsAll(outcome.acknowledged());
        assertThat(outcome.tried()).as("nothing is there that nobody wrote").containsAll(kept);
        for (String pod : cluster.pods()) {
            assertThat(rowsAt(cluster, pod)).as("at %s", pod).isEqualTo(first);
        }
    }

    private static List<String> rowsAt(Installation cluster, String pod) throws SQLException {
        try (SqlSession session = cluster.connect(pod)) {
            session.execute("SET omnisql.read_level = 'linearizable'");
            return session.query("SELECT what FROM written ORDER BY what");
        }
    }
}
