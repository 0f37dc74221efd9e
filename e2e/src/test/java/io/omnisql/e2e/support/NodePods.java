package io.omnisql.e2e.support;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The pods of the nodes of one kind, as the Kubernetes API shows them. */
public final class NodePods {
    private static final Duration ANOTHER_MAX = Duration.ofMinutes(4);
    private static final Duration GONE_MAX = Duration.ofMinutes(3);

    private final KubernetesClient client;
    private final String namespace;
    private final String cluster;
    private final String component;

    NodePods(KubernetesClient client, String namespace, String cluster, String component) {
        this.client = client;
        this.namespace = namespace;
        this.cluster = cluster;
        this.component = component;
    }

    List<Pod> list() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/instance", cluster)
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems();
    }

    private Pod pod(String name) {
        return Objects.requireNonNull(
                client.pods().inNamespace(namespace).withName(name).get());
    }

    /** Their names. */
    public List<String> names() {
        return list().stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    }

    /** A pod's identity: another pod of the same name has another one. */
    public String uid(String pod) {
        return pod(pod).getMetadata().getUid();
    }

    /** All identities by the pods' names. */
    public Map<String, String> uids() {
        return list().stream()
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getName(),
                        pod -> pod.getMetadata().getUid()));
    }

    /** The machine that a pod is on. */
    public String machine(String pod) {
        return pod(pod).getSpec().getNodeName();
    }

    /** The pod on that machine. */
    public String on(String machine) {
        return names().stream()
                .filter(pod -> machine.equals(machine(pod)))
                .findFirst()
                .orElseThrow();
    }

    /** The image of a pod's node. */
    public String image(String pod) {
        return pod(pod).getSpec().getContainers().getFirst().getImage();
    }

    /** Deletes a pod, which gets so long to end. */
    public void delete(String pod, Duration grace) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .withGracePeriod(grace.toSeconds())
                .delete();
    }

    /** Asks for a pod's eviction; false when a disruption budget refuses it. */
    public boolean evict(String pod) {
        return client.pods().inNamespace(namespace).withName(pod).evict();
    }

    /** Returns when that pod has another identity than that. */
    public void awaitAnother(String pod, String uid) {
        Awaitility.await().atMost(ANOTHER_MAX).ignoreExceptions().until(() -> !uid(pod).equals(uid));
    }

    /** Returns when none is left. */
    public void awaitNone() {
        Awaitility.await().atMost(GONE_MAX).until(() -> list().isEmpty());
    }
}
