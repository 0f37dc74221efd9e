package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Volumes grow under their nodes, and under read replicas. */
class StorageIT {
    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void allVolumesGrowWithoutARestartWhileClientsWrite() throws Exception {
        Installation cluster = KUBERNETES.shared();
        if (!cluster.volumes().canGrow()) {
            System.err.println("SKIPPED: the storage class does not let volumes grow");
        }
        Assumptions.assumeTrue(cluster.volumes().canGrow(), "the storage class does not let volumes grow");
        cluster.resource().change("readers: {replicas: 1}");
        cluster.awaitReaders(1);
        var pods = cluster.nodes().uids();
        var readers = cluster.readers().uids();

        UnderLoad.run(cluster, "volumes grown", load -> {
            long start = System.nanoTime();
            cluster.resource().change("storage: {size: 3Gi}");
            cluster.volumes().awaitSize("3Gi");
            cluster.readerVolumes().awaitSize("3Gi");
            return load.readySince(start);
        });

        assertThat(cluster.volumes().requests()).containsOnly("3Gi");
        assertThat(cluster.nodes().uids()).as("no pod was made anew").isEqualTo(pods);
        cluster.awaitReaders(1);
        assertThat(cluster.readers().uids()).as("no read replica was, either").isEqualTo(readers);
        cluster.resource().change("readers: {replicas: 0}");
        cluster.awaitReaders(0);
        cluster.readerVolumes().awaitCount(0);
    }
}
