package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster that hibernates has no pods, and wakes up with the same members and data. */
@Tag("long")
class HibernateIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void wakesUpWithTheSameMembersAndData() throws Exception {
        Installation cluster = KUBERNETES.shared();
        var members = cluster.resource().members();
        var volumes = cluster.volumes().sizes();
        Kept kept = Kept.in(cluster);

        long start = System.nanoTime();
        cluster.resource().change("hibernate: true");
        cluster.nodes().awaitNone();
        cluster.resource().awaitCondition("Ready", "reason", "Hibernating");
        Duration stopped = Duration.ofNanos(System.nanoTime() - start);
        assertThat(cluster.volumes().sizes()).hasSize(3).isEqualTo(volumes);

        cluster.resource().change("hibernate: false");
        Duration awake = cluster.awaitReady();

        System.out.printf(
                "MEASURED hibernated in %.1f s, awake in %.1f s%n",
                stopped.toMillis() / 1000.0, awake.toMillis() / 1000.0);
        kept.assertAtEveryNode();
        assertThat(cluster.resource().members()).isEqualTo(members);
        assertThat(cluster.volumes().sizes()).isEqualTo(volumes);
    }
}
