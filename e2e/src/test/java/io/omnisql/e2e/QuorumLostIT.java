package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Load;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.SqlSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Most members are lost with their data, for ever: a person's order gives the quorum up, nothing that the node which is left had is lost, and a
 * read replica follows it.
 */
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
            cluster.resource().change("readers: {replicas: 1}");
            cluster.awaitReaders(1);
            String uid = cluster.resource().clusterUid();
            String left = cluster.leader();
            String survivor = cluster.nodes().uid(left);
            List<String> lost =
                    cluster.pods().stream().filter(pod -> !pod.equals(left)).toList();

            // when
            Load.Outcome outcome = UnderLoad.run(cluster, "two of three members lost for ever", load -> {
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
            cluster.awaitReaders(1);
            assertFollows(cluster, outcome);
        }
    }

    /** The read replica belonged to the cluster before, and joins the one that it became by itself. */
    private static void assertFollows(Installation cluster, Load.Outcome outcome) throws SQLException {
        try (SqlSession session = cluster.connect(cluster.readers().names().getFirst())) {
            session.execute("SET omnisql.read_level = 'linearizable'");
            assertThat(session.query("SELECT what FROM written"))
                    .as("at the read replica")
                    .containsAll(outcome.acknowledged());
        }
    }

    private static void order(Installation cluster, String uid) {
        cluster.resource().change("recovery: {forceNewCluster: {acknowledgeDataLoss: " + uid + "}}");
    }
}
