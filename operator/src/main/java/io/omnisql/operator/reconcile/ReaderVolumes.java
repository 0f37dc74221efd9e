package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.dependent.Names;

/** The read replicas' volumes follow the size that the spec wants: no plan is about them, for any of them may be lost at any time. */
public final class ReaderVolumes {
    private final KubernetesClient client;

    ReaderVolumes(KubernetesClient client) {
        this.client = client;
    }

    /** Grows those that are smaller, and lets the StatefulSet be made anew, without touching its pods, where it makes smaller ones. */
    void follow(OmniSqlCluster cluster, Sighting sighting) {
        var wanted = new Quantity(cluster.getSpec().storage().size());
        var podSet = sighting.readerSet();
        if (podSet == null || sighting.readers().wanted() == 0 || !isSmaller(Sighting.claim(podSet), wanted)) {
            return;
        }
        var names = Names.of(cluster);
        client
                .persistentVolumeClaims()
                .inNamespace(names.namespace())
                .withLabels(names.readerSelector())
                .list()
                .getItems()
                .stream()
                .filter(claim -> isSmaller(claim, wanted))
                .forEach(claim -> grow(claim, wanted));
        client.resource(podSet)
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
    }

    private static boolean isSmaller(PersistentVolumeClaim claim, Quantity wanted) {
        return Sighting.requested(claim).getNumericalAmount().compareTo(wanted.getNumericalAmount()) < 0;
    }

    private void grow(PersistentVolumeClaim small, Quantity wanted) {
        client.resource(small)
                .edit(claim -> new PersistentVolumeClaimBuilder(claim)
                        .editSpec()
                        .editResources()
                        .addToRequests("storage", wanted)
                        .endResources()
                        .endSpec()
                        .build());
    }
}
