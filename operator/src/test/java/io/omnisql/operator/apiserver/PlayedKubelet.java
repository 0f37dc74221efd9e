package io.omnisql.operator.apiserver;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.dependent.NodeStatefulSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plays what a bare API server lacks: the StatefulSet's controller and the machines that run its pods. */
final class PlayedKubelet implements AutoCloseable {

    private final KubernetesClient client;
    private final String namespace;
    private final PlayedNodes nodes;
    private final PlayedPods made;
    private final PlayedReaders readers;
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();

    private @Nullable String mounted;

    PlayedKubelet(KubernetesClient client, String namespace, PlayedNodes nodes) {
        this.client = client;
        this.namespace = namespace;
        this.nodes = nodes;
        this.made = new PlayedPods(client, namespace);
        this.readers = new PlayedReaders(client, namespace, made);
        var _ = beat.scheduleWithFixedDelay(this::step, 0, 200, TimeUnit.MILLISECONDS);
    }

    private void step() {
        try {
            client.apps()
                    .statefulSets()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(this::play);
        } catch (RuntimeException e) {
            System.err.println("played kubelet: " + e);
        }
    }

    private void play(StatefulSet set) {
        if (set.getMetadata().getDeletionTimestamp() != null) {
            collect(set);
        } else if (PlayedReaders.isTheirs(set)) {
            readers.control(set);
        } else {
            control(set);
        }
    }

    /** As the collector of garbage does with a set whose pods shall stay. */
    private void collect(StatefulSet set) {
        client.resource(set).edit(found -> {
            found.getMetadata().setFinalizers(List.of());
            return found;
        });
    }

    /** The files in the pods follow the Secret. */
    private void mount(StatefulSet set) throws UnusableCertificate {
        var secret = client.secrets()
                .inNamespace(namespace)
                .withName(set.getMetadata().getName() + "-tls")
                .get();
        if (secret == null || secret.getMetadata().getResourceVersion().equals(mounted)) {
            return;
        }
        nodes.mount(KeyedCertificate.of(text(secret, "tls.crt"), text(secret, "tls.key")));
        mounted = secret.getMetadata().getResourceVersion();
    }

    private static String text(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    private void control(StatefulSet set) {
        try {
            mount(set);
        } catch (UnusableCertificate e) {
            throw new IllegalStateException(e);
        }
        String revision = PlayedPods.revision(set);
        if (set.getStatus() == null
                || !Objects.equals(
                        set.getStatus().getObservedGeneration(),
                        set.getMetadata().getGeneration())) {
            client.resource(set).editStatus(found -> {
                found.getStatus().setObservedGeneration(found.getMetadata().getGeneration());
                found.getStatus().setUpdateRevision(revision);
                found.getStatus().setReplicas(found.getSpec().getReplicas());
                return found;
            });
        }
        int replicas = set.getSpec().getReplicas();
        String prefix = set.getMetadata().getName() + "-";
        List<Pod> pods = made.of(set);
        release(pods);
        for (Pod pod : pods) {
            int ordinal = Integer.parseInt(pod.getMetadata().getName().substring(prefix.length()));
            if (ordinal >= replicas || pod.getMetadata().getDeletionTimestamp() != null) {
                nodes.stop(ordinal);
                client.resource(pod).withGracePeriod(0).delete();
            } else {
                run(pod, ordinal, set);
            }
        }
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            String name = prefix + ordinal;
            if (pods.stream().noneMatch(pod -> pod.getMetadata().getName().equals(name))) {
                nodes.stop(ordinal);
                made.create(set, name, revision);
            }
        }
    }

    /** Volumes that nobody uses any more go when they were told to. */
    private void release(List<Pod> pods) {
        client.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() != null)
                .filter(claim -> pods.stream()
                        .noneMatch(pod -> claim.getMetadata()
                                .getName()
                                .equals("data-" + pod.getMetadata().getName())))
                .forEach(claim -> client.resource(claim).edit(found -> {
                    found.getMetadata().setFinalizers(List.of());
                    return found;
                }));
    }

    private void run(Pod pod, int ordinal, StatefulSet set) {
        var claim = client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName("data-" + pod.getMetadata().getName())
                .get();
        if (claim == null) {
            return;
        }
        nodes.start(ordinal, claim.getMetadata().getUid());
        nodes.found(Integer.parseInt(
                set.getSpec().getTemplate().getMetadata().getAnnotations().get(NodeStatefulSet.FOUNDERS)));
        String ready = nodes.votes(ordinal) ? "True" : "False";
        boolean said = pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals(ready));
        if (said) {
            return;
        }
        client.resource(pod)
                .editStatus(found -> new PodBuilder(found)
                        .editStatus()
                        .withPhase("Running")
                        .withPodIP(PlayedNodes.address(ordinal))
                        .withConditions(new PodConditionBuilder()
                                .withType("Ready")
                                .withStatus(ready)
                                .withLastTransitionTime(Instant.now()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString())
                                .build())
                        .endStatus()
                        .build());
    }

    @Override
    public void close() {
        beat.shutdownNow();
    }
}
