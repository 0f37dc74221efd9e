package io.omnisql.operator.apiserver;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * Plays the StatefulSet's controller and the machines for read replicas: pods are ready as soon as they are made, one of an older template is
 * made anew with each step, and volumes go as the StatefulSet says.
 */
final class PlayedReaders {
    private static final String REVISION = "controller-revision-hash";

    private final KubernetesClient client;
    private final String namespace;

    PlayedReaders(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    static boolean isTheirs(StatefulSet set) {
        return "reader".equals(set.getMetadata().getLabels().get("app.kubernetes.io/component"));
    }

    void control(StatefulSet set) {
        String revision = "r"
                + Integer.toHexString(
                        Serialization.asYaml(set.getSpec().getTemplate()).hashCode());
        String prefix = set.getMetadata().getName() + "-";
        int replicas = set.getSpec().getReplicas();
        var pods = pods(set);
        for (Pod pod : pods) {
            if (Integer.parseInt(pod.getMetadata().getName().substring(prefix.length())) >= replicas) {
                client.resource(pod).withGracePeriod(0).delete();
                release(set, pod.getMetadata().getName());
            }
        }
        pods.stream()
                .filter(pod -> !revision.equals(pod.getMetadata().getLabels().get(REVISION)))
                .findFirst()
                .ifPresent(pod -> client.resource(pod).withGracePeriod(0).delete());
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            create(set, prefix + ordinal, revision);
        }
        tell(set, revision);
    }

    private List<Pod> pods(StatefulSet set) {
        return client.pods()
                .inNamespace(namespace)
                .withLabels(set.getSpec().getSelector().getMatchLabels())
                .list()
                .getItems();
    }

    private void release(StatefulSet set, String pod) {
        if (!set.getSpec()
                .getPersistentVolumeClaimRetentionPolicy()
                .getWhenScaled()
                .equals("Delete")) {
            return;
        }
        var claim = client.persistentVolumeClaims().inNamespace(namespace).withName("data-" + pod);
        claim.delete();
        claim.edit(found -> {
            found.getMetadata().setFinalizers(List.of());
            return found;
        });
    }

    private void create(StatefulSet set, String name, String revision) {
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

    private void tell(StatefulSet set, String revision) {
        var pods = pods(set);
        int updated = (int) pods.stream()
                .filter(pod -> revision.equals(pod.getMetadata().getLabels().get(REVISION)))
                .count();
        client.resource(set).editStatus(found -> {
            found.getStatus().setObservedGeneration(found.getMetadata().getGeneration());
            found.getStatus().setUpdateRevision(revision);
            found.getStatus().setReplicas(pods.size());
            found.getStatus().setReadyReplicas(pods.size());
            found.getStatus().setUpdatedReplicas(updated);
            return found;
        });
    }
}
