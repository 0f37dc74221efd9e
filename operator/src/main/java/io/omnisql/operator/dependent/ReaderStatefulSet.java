package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Optional;

/**
 * The read replicas' pods. No quorum hangs on them, so the controller itself replaces them, one at a time, and takes the volumes of those
 * that go: members have all that is in them. Their host names are of the members' headless Service, for which the certificate is good.
 */
final class ReaderStatefulSet {
    private ReaderStatefulSet() {}

    static Optional<StatefulSet> desired(Blueprint blueprint) {
        return Optional.ofNullable(blueprint.readers()).map(readers -> podSet(blueprint, readers));
    }

    private static StatefulSet podSet(Blueprint blueprint, Blueprint.Readers readers) {
        var names = blueprint.names();
        return new StatefulSetBuilder()
                .withMetadata(blueprint.owned(names.readers(), Role.READER))
                .withNewSpec()
                .withReplicas(readers.pods())
                .withServiceName(names.peers())
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("RollingUpdate")
                .endUpdateStrategy()
                .withNewPersistentVolumeClaimRetentionPolicy("Delete", "Delete")
                .withNewSelector()
                .withMatchLabels(names.readerSelector())
                .endSelector()
                .withTemplate(NodePod.template(blueprint, Role.READER, ReaderConfigMap.digest(blueprint)))
                .withVolumeClaimTemplates(NodeStatefulSet.claim(blueprint, Role.READER, readers.claimSize()))
                .endSpec()
                .build();
    }
}
