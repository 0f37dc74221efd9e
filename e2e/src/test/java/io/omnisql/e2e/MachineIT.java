package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.Machines;
import io.omnisql.e2e.support.OnKubernetes;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The leader's machine fails while clients write: it comes back, or it is given up and its member is replaced elsewhere. */
@Tag("long")
class MachineIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void theLeadersMachineStopsAndComesBack() throws Exception {
        Machines machines = KUBERNETES.machines().assumeHook();
        Installation cluster = KUBERNETES.shared();
        var members = cluster.resource().members();
        String machine = machines.expendable(cluster);
        cluster.lead(cluster.nodes().on(machine));

        UnderLoad.run(cluster, "the leader's machine stopped and back", load -> {
            long start = System.nanoTime();
            try {
                machines.stop(machine);
                load.writesGoOn();
                cluster.resource().awaitCondition("Degraded", "status", "True");
            } finally {
                machines.start(machine);
            }
            return load.readySince(start);
        });

        assertThat(cluster.resource().members()).as("nobody was replaced").isEqualTo(members);
    }

    @Test
    void aMachineThatIsGivenUpCostsAMemberThatIsReplacedElsewhere() throws Exception {
        Machines machines = KUBERNETES.machines().assumeHook();
        Installation cluster = KUBERNETES.shared();
        cluster.resource().change("recovery: {replaceAfterSeconds: 60}");
        cluster.awaitReady();
        String machine = machines.expendable(cluster);
        String pod = cluster.nodes().on(machine);
        String lost = cluster.resource().member(pod);
        cluster.lead(pod);

        UnderLoad.run(cluster, "the leader's machine lost for ever", load -> {
            long start = System.nanoTime();
            try {
                machines.stop(machine);
                machines.giveUp(machine);
                replaced(cluster, pod, lost);
                assertThat(cluster.nodes().machine(pod)).isNotEqualTo(machine);
                return Duration.ofNanos(System.nanoTime() - start);
            } finally {
                machines.start(machine);
                machines.takeBack(machine);
            }
        });

        bringBack(cluster, pod);
        assertThat(cluster.nodes().machine(pod))
                .as("each node has a machine of its own again")
                .isEqualTo(machine);
    }

    /** Volumes do not move: the node that shares its machine starts anew, and finds the one that is free. */
    private static void bringBack(Installation cluster, String pod) {
        String member = cluster.resource().member(pod);
        cluster.volumes().delete(pod);
        cluster.nodes().delete(pod, Duration.ofMinutes(2));
        replaced(cluster, pod, member);
    }

    private static void replaced(Installation cluster, String pod, String member) {
        cluster.resource().awaitAnotherMember(pod, member);
        cluster.awaitReady();
    }
}
