package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster that was deleted leaves its volumes, and comes back on them when it is applied again. */
@Tag("long")
class RetainIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void aClusterThatIsMadeAgainHasTheDataOfTheOneThatWasDeleted() throws Exception {
        Installation cluster = KUBERNETES.shared();
        var members = cluster.resource().members();
        var volumes = cluster.volumes().sizes();
        Kept kept = Kept.in(cluster);

        cluster.resource().delete();
        cluster.nodes().awaitNone();
        assertThat(cluster.volumes().sizes()).hasSize(3).isEqualTo(volumes);
        cluster.applyAgain();
        Duration ready = cluster.awaitReady();

        System.out.printf("MEASURED made again on kept volumes: ready in %.1f s%n", ready.toMillis() / 1000.0);
        assertThat(cluster.psql().query("SELECT count(*) FROM kept"))
                .as("a client from before trusts it")
                .isEqualTo("5000");
        kept.assertAtEveryNode();
        assertThat(cluster.resource().members()).isEqualTo(members);
        assertThat(cluster.volumes().sizes()).isEqualTo(volumes);
    }
}
