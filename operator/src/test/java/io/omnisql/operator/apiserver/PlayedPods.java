package io.omnisql.operator.apiserver;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** Pods and volumes as the StatefulSet's controller makes them. */
final class PlayedPods {
    static final String REVISION = "controller-revision-hash";

    private final KubernetesClient client;
    private final String namespace;

    PlayedPods(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Another one for each template. */
    static String revision(StatefulSet set) {
        return "r"
                + Integer.toHexString(
                        Serialization.asYaml(set.getSpec().getTemplate()).hashCode());
    }

    List<Pod> of(StatefulSet set) {
        return client.pods()
                .inNamespace(namespace)
                .withLabels(set.getSpec().getSelector().getMatchLabels())
                .list()
                .getItems();
    }

    /** The pod and its volume, as far as they are not there. */
    void create(StatefulSet set, String name, String revision) {
        var volume = set.getSpec().getVolumeClaimTemplates().getFirst();
        var claim = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(volume.getMetadata().getName() + "-" + name)
                .withNamespace(namespace)
                .withLabels(volume.getMetadata().getLabels())
                .endMetadata()
                .withSpec(volume.getSpec())
                .build();
        if (client.resource(claim).get() == null) {
            client.resource(claim).create();
        }
        if (client.pods().inNamespace(namespace).withName(name).get() != null) {
            return;
        }
        client.resource(new PodBuilder()
                        .withMetadata(set.getSpec().getTemplate().getMetadata())
                        .editMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .addToLabels(REVISION, revision)
                        .addNewOwnerReference()
                        .withApiVersion("apps/v1")
                        .withKind("StatefulSet")
                        .withName(set.getMetadata().getName())
                        .withUid(set.getMetadata().getUid())
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withSpec(set.getSpec().getTemplate().getSpec())
                        .editSpec()
                        .addNewVolume()
                        .withName(volume.getMetadata().getName())
                        .withNewPersistentVolumeClaim(claim.getMetadata().getName(), false)
                        .endVolume()
                        .endSpec()
                        .build())
                .create();
    }
}
