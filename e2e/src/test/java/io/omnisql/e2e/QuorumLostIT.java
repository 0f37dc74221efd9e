package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Most members are lost with their data, for ever: a person's order gives the quorum up, and nothing that the node which is left had is lost. */
@Tag("long")
class QuorumLostIT {
    private static final String OTHER_CLUSTER = "00000000-0000-4000-8000-000000000000";

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void theLeaderGoesOnAloneByOrderWithAllThatWasAcknowledgedAndIsThreeAgain() throws Exception {
        try (Installation cluster = KUBERNETES.install()) {
            // given
            cluster.awaitReady();
            String uid = cluster.resource().clusterUid();
            String left = cluster.leader();
            String survivor = cluster.nodes().uid(left);
            List<String> lost =
                    cluster.pods().stream().filter(pod -> !pod.equals(left)).toList();

            // when
            UnderLoad.run(cluster, "two of three members lost for ever", load -> {
                long start = System.nanoTime();
                lost.forEach(cluster.volumes()::delete);
                lost.forEach(pod -> cluster.nodes().delete(pod, Duration.ZERO));
                cluster.resource().awaitEvent("QuorumLost");
                cluster.resource().awaitCondition("Available", "status", "False");
                order(cluster, OTHER_CLUSTER);
                cluster.resource().awaitCondition("NewClusterForced", "reason", "OtherCluster");
                order(cluster, uid);
                cluster.resource().awaitCondition("NewClusterForced", "status", "True");
                cluster.resource().awaitCondition("Available", "status", "True");
                return load.readySince(start);
            });

            // then
            assertThat(cluster.resource().clusterUid())
                    .as("it is another cluster")
                    .isNotEqualTo(uid);
            assertThat(cluster.nodes().uid(left)).as("in the same pod").isEqualTo(survivor);
            cluster.volumes().awaitCount(3);
        }
    }

    private static void order(Installation cluster, String uid) {
        cluster.resource().change("recovery: {forceNewCluster: {acknowledgeDataLoss: " + uid + "}}");
    }
}
