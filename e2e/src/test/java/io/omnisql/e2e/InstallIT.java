package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.SqlSession;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Applied, it runs, and every node is a door to the same database. */
class InstallIT {
    private static final Duration READY_MAX = Duration.ofSeconds(Integer.getInteger("e2e.ready.seconds", 90));

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void threeNodesAreReadySoonAndPsqlReachesThemThroughTheService() throws Exception {
        try (Installation cluster = KUBERNETES.install()) {
            Duration ready = cluster.awaitReady();
            System.out.printf("MEASURED three nodes ready after %.1f s%n", ready.toMillis() / 1000.0);
            assertThat(ready).isLessThan(READY_MAX);

            var psql = cluster.psql();
            psql.query("CREATE TABLE item (id bigint PRIMARY KEY, name text, price numeric(10,2))");
            psql.query("INSERT INTO item SELECT i, 'item ' || i, i * 1.25 FROM generate_series(1, 1000) AS i");

            assertThat(psql.query("SELECT count(*), sum(price), min(name), max(name) FROM item"))
                    .isEqualTo("1000|625625.00|item 1|item 999");
            assertThat(psql.queryByUri("SELECT count(*) FROM item"))
                    .as("by the URI of the connection Secret, verify-full")
                    .isEqualTo("1000");
            assertThat(psql.refusal("PGSSLMODE=disable")).as("in the clear").contains("encrypted connections only");
            assertThat(psql.refusal("PGSSLROOTCERT=system"))
                    .as("who trusts other authorities")
                    .contains("certificate");
            for (String pod : cluster.pods()) {
                try (SqlSession session = cluster.connect(pod)) {
                    session.execute("SET omnisql.read_level = 'linearizable'");
                    assertThat(session.query("SELECT count(*) || ' ' || sum(price) FROM item"))
                            .as("over JDBC at %s", pod)
                            .containsExactly("1000 625625.00");
                }
            }
        }
    }
}
