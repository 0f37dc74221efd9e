package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Machines;
import io.omnisql.e2e.support.OnKubernetes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The leader's machine is cut off from all others while clients write: the others elect another leader, and it follows when it is back. */
@Tag("long")
class PartitionIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void theLeadersMachineIsCutOffAndComesBack() throws Exception {
        Machines machines = KUBERNETES.machines().assumeHook();
        Installation cluster = KUBERNETES.shared();
        var members = cluster.resource().members();
        String machine = machines.expendable(cluster);
        cluster.lead(cluster.nodes().on(machine));

        UnderLoad.run(cluster, "the leader's machine cut off and back", load -> {
            long start = System.nanoTime();
            try {
                machines.partition(machine);
                load.writesGoOn();
                cluster.resource().awaitCondition("Degraded", "status", "True");
                cluster.resource().awaitCondition("Available", "status", "True");
            } finally {
                machines.heal(machine);
            }
            return load.readySince(start);
        });

        assertThat(cluster.resource().members()).as("nobody was replaced").isEqualTo(members);
    }
}
