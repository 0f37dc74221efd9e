package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A machine is drained for its maintenance while clients write; a second node may not go before the first is back. */
@Tag("long")
class DrainIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void aMachineIsDrainedAndComesBackWhileClientsWrite() throws Exception {
        Installation cluster = KUBERNETES.shared();
        var machines = KUBERNETES.machines();
        var members = cluster.resource().members();
        String machine = machines.expendable(cluster);
        String pod = cluster.nodes().on(machine);
        cluster.lead(pod);

        UnderLoad.run(cluster, "the leader's machine drained and back", load -> {
            long start = System.nanoTime();
            try {
                Duration drained = machines.drain(machine);
                System.out.printf("MEASURED drained in %.1f s%n", drained.toMillis() / 1000.0);
                load.writesGoOn();
                assertThat(cluster.pods())
                        .filteredOn(other -> !other.equals(pod))
                        .allSatisfy(other -> assertThat(cluster.nodes().evict(other))
                                .as("%s may go, too", other)
                                .isFalse());
            } finally {
                machines.uncordon(machine);
            }
            return load.readySince(start);
        });

        assertThat(cluster.resource().members()).as("nobody was replaced").isEqualTo(members);
    }
}
