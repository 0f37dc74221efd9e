package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.SqlSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A changed parameter of PostgreSQL reaches all nodes, one by one, while clients write. */
@Tag("long")
class ParameterIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void aChangedParameterReachesEveryNodeWhileClientsWrite() throws Exception {
        Installation cluster = KUBERNETES.shared();
        var before = cluster.nodes().uids();

        UnderLoad.run(cluster, "a parameter of PostgreSQL changed", load -> {
            long start = System.nanoTime();
            cluster.resource().change("postgresql: {parameters: {work_mem: 9MB}}");
            return load.readySince(start);
        });

        assertThat(cluster.nodes().uids().values()).hasSize(3).doesNotContainAnyElementsOf(before.values());
        for (String pod : cluster.pods()) {
            try (SqlSession session = cluster.connect(pod)) {
                assertThat(session.query("SHOW work_mem")).as("at %s", pod).containsExactly("9MB");
            }
        }
    }
}
