package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Map;

/**
 * The members' pods. They all start at once, because they found the cluster together, and are never replaced by the controller itself (OnDelete): which
 * one may go when is decided by who votes and who leads.
 */
public final class NodeStatefulSet {
    /** Annotation of the pods' template with the number of founders. */
    public static final String FOUNDERS = "omnisql.io/founders";

    private NodeStatefulSet() {}

    static StatefulSet desired(Blueprint blueprint) {
        var names = blueprint.names();
        return new StatefulSetBuilder()
                .withMetadata(blueprint.owned(names.cluster()))
                .withNewSpec()
                .withReplicas(blueprint.pods())
                .withServiceName(names.peers())
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewPersistentVolumeClaimRetentionPolicy("Retain", "Retain")
                .withNewSelector()
                .withMatchLabels(names.selector())
                .endSelector()
                .withTemplate(NodePod.template(blueprint))
                .withVolumeClaimTemplates(claim(blueprint, Role.MEMBER, blueprint.claimSize()))
                .endSpec()
                .build();
    }

    static PersistentVolumeClaim claim(Blueprint blueprint, Role role, String size) {
        var storage = blueprint.spec().storage();
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(Names.VOLUME)
                .withLabels(blueprint.names().labels(role))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(storage.storageClassName())
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity(size)))
                .endResources()
                .endSpec()
                .build();
    }
}
