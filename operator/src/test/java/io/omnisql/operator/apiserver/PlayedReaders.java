package io.omnisql.operator.apiserver;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * Plays the StatefulSet's controller and the machines for read replicas: pods are ready as soon as they are made, one of an older template is
 * made anew with each step, and volumes go as the StatefulSet says.
 */
final class PlayedReaders {
    private final KubernetesClient client;
    private final String namespace;
    private final PlayedPods made;

    PlayedReaders(KubernetesClient client, String namespace, PlayedPods made) {
        this.client = client;
        this.namespace = namespace;
        this.made = made;
    }

    static boolean isTheirs(StatefulSet set) {
        return "reader".equals(set.getMetadata().getLabels().get("app.kubernetes.io/component"));
    }

    void control(StatefulSet set) {
        String revision = PlayedPods.revision(set);
        String prefix = set.getMetadata().getName() + "-";
        int replicas = set.getSpec().getReplicas();
        var pods = made.of(set);
        for (Pod pod : pods) {
            if (Integer.parseInt(pod.getMetadata().getName().substring(prefix.length())) >= replicas) {
                client.resource(pod).withGracePeriod(0).delete();
                release(set, pod.getMetadata().getName());
            }
        }
        pods.stream()
                .filter(pod -> !revision.equals(pod.getMetadata().getLabels().get(PlayedPods.REVISION)))
                .findFirst()
                .ifPresent(pod -> client.resource(pod).withGracePeriod(0).delete());
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            made.create(set, prefix + ordinal, revision);
        }
        tell(set, revision);
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

    private void tell(StatefulSet set, String revision) {
        var pods = made.of(set);
        int updated = (int) pods.stream()
                .filter(pod -> revision.equals(pod.getMetadata().getLabels().get(PlayedPods.REVISION)))
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
