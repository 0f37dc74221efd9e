package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The sample of three nodes in a namespace of its own, under the restricted rules for pods. */
public final class Installation implements AutoCloseable {
    /** Image pulls are not part of it: the images are there. */
    private static final Duration READY_MAX = Duration.ofMinutes(4);

    private static final Path SAMPLE = Path.of("..", "manifests", "samples", "three-nodes.yaml");

    private static final Duration GONE_MAX = Duration.ofMinutes(3);
    private static final String NAME = "orders";
    private static final int SQL_PORT = 5432;
    private static final int HTTP_PORT = 8080;

    private final KubernetesClient client;
    private final Images images;
    private final String namespace;

    private Installation(KubernetesClient client, Images images, String namespace) {
        this.client = client;
        this.images = images;
        this.namespace = namespace;
    }

    static Installation of(Kubernetes kubernetes) throws IOException {
        String namespace = "e2e-" + UUID.randomUUID().toString().substring(0, 8);
        var installation = new Installation(kubernetes.client(), kubernetes.images(), namespace);
        kubernetes
                .client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        installation.apply(Files.readString(SAMPLE));
        return installation;
    }

    private void apply(String manifest) {
        String yaml = images.in(manifest);
        List<HasMetadata> objects = client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
        objects.forEach(object -> client.resource(object).inNamespace(namespace).create());
    }

    /** Returns when all three pods are ready; tells how long it took. */
    public Duration awaitReady() {
        return awaitReady(3);
    }

    /** Returns when the cluster has so many voters, all are ready, and no change is under way; tells how long it took. */
    public Duration awaitReady(int voters) {
        long start = System.nanoTime();
        Awaitility.await()
                .atMost(READY_MAX)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    assertThat(nodes()).hasSize(voters).allMatch(Readiness::isPodReady, "is ready");
                    assertThat(status("replicas")).isEqualTo(Integer.toString(voters));
                    assertThat(condition("Ready")).isEqualTo("True");
                    assertThat(condition("Progressing")).isEqualTo("False");
                });
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Resource<GenericKubernetesResource> resource() {
        return client.genericKubernetesResources("omnisql.io/v1alpha1", "OmniSqlCluster")
                .inNamespace(namespace)
                .withName(NAME);
    }

    /** One field of the resource's status as text. */
    private String status(String field) {
        return String.valueOf(resource().get().<Object>get("status", field));
    }

    private String condition(String type) {
        List<Map<String, Object>> conditions = resource().get().get("status", "conditions");
        return conditions.stream()
                .filter(condition -> type.equals(condition.get("type")))
                .map(condition -> String.valueOf(condition.get("status")))
                .findFirst()
                .orElse("Unknown");
    }

    /** As {@code kubectl scale} does it. */
    public void scale(int replicas) {
        resource().scale(replicas);
    }

    private List<Pod> nodes() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/instance", NAME)
                .list()
                .getItems();
    }

    /** Names of the nodes' pods. */
    public List<String> pods() {
        return nodes().stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    }

    /** The pod's identity: another pod of the same name has another one. */
    public String uid(String pod) {
        return client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .get()
                .getMetadata()
                .getUid();
    }

    /** The pod that leads: the first of the founders has member id 1. */
    public String leader() {
        return Awaitility.await().atMost(READY_MAX).ignoreExceptions().until(this::leaderNow, pod -> !pod.isEmpty());
    }

    private String leaderNow() throws IOException, InterruptedException {
        try (LocalPortForward port = forward(pods().getFirst(), HTTP_PORT)) {
            String leader = NodeStatus.read(port.getLocalPort(), Authorities.trusted(connection("ca.crt")), "leader");
            return leader.matches("[0-9]+") ? NAME + "-" + (Integer.parseInt(leader) - 1) : "";
        }
    }

    /** Deletes a pod, which gets so long to end. */
    public void delete(String pod, Duration grace) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .withGracePeriod(grace.toSeconds())
                .delete();
    }

    /** A session of the application's role at one node. */
    public SqlSession connect(String pod) throws SQLException {
        return SqlSession.open(forward(pod, SQL_PORT), connection("password"), authorities());
    }

    /** The driver reads them from a file. */
    private Path authorities() {
        try {
            Path file = Files.createTempFile("omnisql-authorities-", ".crt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, connection("ca.crt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LocalPortForward forward(String pod, int port) {
        return client.pods().inNamespace(namespace).withName(pod).portForward(port);
    }

    /** One value of the connection Secret. */
    private String connection(String key) {
        String encoded = client.secrets()
                .inNamespace(namespace)
                .withName(NAME + "-app")
                .get()
                .getData()
                .get(key);
        return new String(java.util.Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** Somebody in the cluster who runs psql. */
    public PsqlPod psql() throws IOException {
        try (InputStream in = Objects.requireNonNull(Installation.class.getResourceAsStream("/psql.yaml"))) {
            apply(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        var pod = client.pods().inNamespace(namespace).withName("psql");
        pod.waitUntilReady(READY_MAX.toSeconds(), TimeUnit.SECONDS);
        return new PsqlPod(pod);
    }

    /** What happened, for the log of a test that failed. */
    public String story() {
        var story = new StringBuilder(Operator.log(client));
        for (Pod pod : nodes()) {
            String name = pod.getMetadata().getName();
            story.append("== ")
                    .append(name)
                    .append(' ')
                    .append(pod.getStatus().getPhase())
                    .append('\n');
            for (String container : List.of("postgres", "node")) {
                story.append(client.pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .inContainer(container)
                        .tailingLines(30)
                        .getLog());
            }
        }
        return story.toString();
    }

    /** Deletes the namespace with all that is in it. */
    @Override
    public void close() {
        var all = client.namespaces().withName(namespace);
        all.delete();
        all.waitUntilCondition(Objects::isNull, GONE_MAX.toSeconds(), TimeUnit.SECONDS);
    }
}
