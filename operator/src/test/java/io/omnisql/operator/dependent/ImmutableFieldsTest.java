package io.omnisql.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.omnisql.operator.api.SampleCluster;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.dependent.Blueprint.Readers;
import io.omnisql.operator.dependent.Blueprint.ReleaseImages;
import org.junit.jupiter.api.Test;

/** What the API server would refuse to change in a StatefulSet is the same whatever else the spec, or the next release, says. */
class ImmutableFieldsTest {
    private static Blueprint blueprint(String image, String spec) {
        var cluster = SampleCluster.ofYaml("""
                apiVersion: omnisql.io/v1alpha1
                kind: OmniSqlCluster
                metadata: {name: orders}
                spec: %s
                """.formatted(spec));
        return new Blueprint(
                cluster,
                new ReleaseImages(image, image),
                3,
                "2Gi",
                3,
                true,
                new Credentials("owner", "admin"),
                new Readers(cluster.getSpec().readers().replicas(), "2Gi", true),
                null);
    }

    /** Kubernetes lets these fields change, and no others. */
    private static StatefulSet withoutWhatMayChange(StatefulSet set) {
        return new StatefulSetBuilder(set)
                .editSpec()
                .withReplicas(0)
                .withTemplate(null)
                .withUpdateStrategy(null)
                .withMinReadySeconds(null)
                .withOrdinals(null)
                .withPersistentVolumeClaimRetentionPolicy(null)
                .endSpec()
                .build();
    }

    @Test
    void noSpecChangesWhatAStatefulSetKeepsForItsLife() {
        var before = blueprint("node:1", "{storage: {size: 2Gi}}");

        var after = blueprint("node:2", """
                {replicas: 5, storage: {size: 9Gi, retention: {whenDeleted: Delete, whenScaled: Retain}}, hibernate: true,
                 postgresql: {parameters: {work_mem: 8MB}}, scheduling: {antiAffinity: required},
                 resources: {node: {cpu: "2", memory: 2Gi}}, podDisruptionBudget: {enabled: false}, networkPolicy: {enabled: false},
                 monitoring: {podMonitor: {enabled: true}},
                 readers: {replicas: 7, readLevel: linearizable, resources: {node: {cpu: "3"}}}}""");

        assertKept(NodeStatefulSet.desired(before), NodeStatefulSet.desired(after));
        assertKept(
                ReaderStatefulSet.desired(before).orElseThrow(),
                ReaderStatefulSet.desired(after).orElseThrow());
    }

    private static void assertKept(StatefulSet before, StatefulSet after) {
        assertThat(after).isNotEqualTo(before);
        assertThat(withoutWhatMayChange(after)).isEqualTo(withoutWhatMayChange(before));
    }
}
