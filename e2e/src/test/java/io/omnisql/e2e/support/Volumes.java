package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The volumes of the nodes of one kind, by their claims. */
public final class Volumes {
    private static final Duration GROWN_MAX = Duration.ofMinutes(4);

    private final KubernetesClient client;
    private final String namespace;
    private final String cluster;
    private final String component;

    Volumes(KubernetesClient client, String namespace, String cluster, String component) {
        this.client = client;
        this.namespace = namespace;
        this.cluster = cluster;
        this.component = component;
    }

    private List<PersistentVolumeClaim> claims() {
        return client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/instance", cluster)
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems();
    }

    /** How large they are, by the claims' identities: another claim of the same name has another one. */
    public Map<String, Quantity> sizes() {
        return claims().stream()
                .collect(Collectors.toMap(
                        claim -> claim.getMetadata().getUid(),
                        claim -> claim.getStatus().getCapacity().get("storage")));
    }

    /** What is asked for, to the letter. */
    public List<String> requests() {
        return claims().stream()
                .map(claim -> claim.getSpec().getResources().getRequests().get("storage"))
                .map(Quantity::toString)
                .toList();
    }

    /** Returns when there are so many, and none that is about to go. */
    public void awaitCount(int count) {
        Awaitility.await()
                .atMost(GROWN_MAX)
                .untilAsserted(() -> assertThat(claims())
                        .hasSize(count)
                        .allMatch(claim -> claim.getMetadata().getDeletionTimestamp() == null));
    }

    /** Returns when all are that large. */
    public void awaitSize(String size) {
        Awaitility.await()
                .atMost(GROWN_MAX)
                .untilAsserted(() -> assertThat(sizes().values()).containsOnly(new Quantity(size)));
    }

    /** Whether their storage class lets them grow. */
    public boolean canGrow() {
        String storageClass = claims().getFirst().getSpec().getStorageClassName();
        return Boolean.TRUE.equals(client.storage()
                .v1()
                .storageClasses()
                .withName(storageClass)
                .get()
                .getAllowVolumeExpansion());
    }

    /** Deletes a node's volume, which is gone when its pod is. */
    public void delete(String pod) {
        client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName("data-" + pod)
                .delete();
    }
}
