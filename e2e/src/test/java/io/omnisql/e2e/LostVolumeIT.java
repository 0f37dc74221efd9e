package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that lost its disk is replaced by a new member while clients write. */
class LostVolumeIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void aNewMemberTakesThePlaceOfOneWhosePodAndVolumeWereDeleted() throws Exception {
        Installation cluster = KUBERNETES.shared();
        String pod = cluster.leader();
        String lost = cluster.resource().member(pod);

        UnderLoad.run(cluster, "the leader's pod and its volume deleted", load -> {
            long start = System.nanoTime();
            cluster.volumes().delete(pod);
            cluster.nodes().delete(pod, Duration.ofMinutes(2));
            cluster.resource().awaitAnotherMember(pod, lost);
            return load.readySince(start);
        });

        assertThat(cluster.resource().members()).hasSize(3);
        assertThat(cluster.resource().members().values())
                .as("the lost member's id is never used again")
                .doesNotContain(lost);
    }
}
