package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator is killed after every step that it did, and the cluster still gets where it shall. */
@Tag("long")
class OperatorIT {
    private static final Duration DONE_MAX = Duration.ofMinutes(8);

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void scalesAlthoughTheOperatorIsKilledAfterEveryStep() throws Exception {
        Installation cluster = KUBERNETES.shared();
        UnderLoad.run(cluster, "3 to 5 voters and back with an operator that dies after every step", load -> {
            long start = System.nanoTime();
            cluster.resource().scale(5);
            killAfterEveryStep(cluster, () -> cluster.isReady(5));
            cluster.resource().scale(3);
            killAfterEveryStep(cluster, () -> cluster.isReady(3));
            return load.readySince(start);
        });
    }

    @Test
    void replacesAMemberAlthoughTheOperatorIsKilledAfterEveryStep() throws Exception {
        Installation cluster = KUBERNETES.shared();
        String pod = cluster.leader();
        String lost = cluster.resource().member(pod);
        UnderLoad.run(cluster, "a member replaced with an operator that dies after every step", load -> {
            long start = System.nanoTime();
            cluster.volumes().delete(pod);
            cluster.nodes().delete(pod, Duration.ofMinutes(2));
            killAfterEveryStep(cluster, () -> !cluster.resource().member(pod).equals(lost) && cluster.isReady(3));
            return load.readySince(start);
        });
        assertThat(cluster.resource().members().values()).doesNotContain(lost);
    }

    private interface Done {
        boolean isSo();
    }

    private static void killAfterEveryStep(Installation cluster, Done done) {
        int[] seen = {cluster.resource().steps().size()};
        int[] killed = {0};
        Awaitility.await()
                .atMost(DONE_MAX)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> {
                    int now = cluster.resource().steps().size();
                    if (now > seen[0]) {
                        seen[0] = now;
                        killed[0]++;
                        KUBERNETES.killOperator();
                    }
                    return done.isSo();
                });
        System.out.printf("MEASURED operator killed %d times%n", killed[0]);
        assertThat(killed[0]).as("kills").isPositive();
    }
}
