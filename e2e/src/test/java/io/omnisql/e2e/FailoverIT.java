package io.omnisql.e2e;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods come and go under a steady load: what was acknowledged is there, once, on every node. */
class FailoverIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void nothingIsLostOrDoubledWhenTheLeadersPodIsDeleted() throws Exception {
        loseTheLeader("deleted", Duration.ofMinutes(2));
    }

    @Test
    void nothingIsLostOrDoubledWhenTheLeadersPodIsKilled() throws Exception {
        loseTheLeader("killed", Duration.ZERO);
    }

    private static void loseTheLeader(String how, Duration grace) throws Exception {
        Installation cluster = KUBERNETES.shared();
        UnderLoad.run(cluster, "leader's pod " + how, load -> {
            String leader = cluster.leader();
            String lost = cluster.nodes().uid(leader);
            long start = System.nanoTime();
            cluster.nodes().delete(leader, grace);
            cluster.nodes().awaitAnother(leader, lost);
            return load.readySince(start);
        });
    }
}
