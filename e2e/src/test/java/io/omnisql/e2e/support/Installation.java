package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
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
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The sample of three nodes in a namespace of its own, under the restricted rules for pods. */
public final class Installation implements AutoCloseable {
    /** Image pulls are not part of it: the images are there. */
    private static final Duration READY_MAX = Duration.ofMinutes(4);

    private static final Path SAMPLE = Path.of("..", "manifests", "samples", "three-nodes.yaml");

    private static final Duration GONE_MAX = Duration.ofMinutes(3);
    private static final String NAME = "orders";
    private static final int SQL_PORT = 5432;
    private static final int HTTP_PORT = 8080;
    private static final int ADMIN_PORT = 9000;

    private final KubernetesClient client;
    private final Images images;
    private final String namespace;
    private @Nullable PsqlPod psql;

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
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(status("observedGeneration"))
                            .isEqualTo(resource()
                                    .get()
                                    .getMetadata()
                                    .getGeneration()
                                    .toString());
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
        return condition(type, "status");
    }

    /** One field of one of the resource's conditions. */
    public String condition(String type, String field) {
        List<Map<String, Object>> conditions = resource().get().get("status", "conditions");
        return conditions.stream()
                .filter(condition -> type.equals(condition.get("type")))
                .map(condition -> String.valueOf(condition.get(field)))
                .findFirst()
                .orElse("Unknown");
    }

    /** Returns when that field of that condition is so. */
    public void awaitCondition(String type, String field, String value) {
        Awaitility.await()
                .atMost(READY_MAX)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(condition(type, field)).isEqualTo(value));
    }

    /** As {@code kubectl patch} does it: the fields of the spec, in YAML, that shall be otherwise. */
    public void change(String spec) {
        resource().patch(PatchContext.of(PatchType.JSON_MERGE), "spec: {" + spec + "}");
    }

    /** As {@code kubectl delete} does it; returns when the resource and all pods are gone. */
    public void deleteResource() {
        resource().delete();
        Awaitility.await().atMost(GONE_MAX).until(() -> resource().get() == null && nodes().isEmpty());
    }

    /** Applies the sample again. */
    public void applyAgain() throws IOException {
        apply(Files.readString(SAMPLE));
    }

    /** What the operator told people to have done, in no order. */
    public List<String> steps() {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> "omnisql-operator".equals(event.getReportingController()))
                .filter(event -> "Normal".equals(event.getType()))
                .map(event -> event.getReason())
                .toList();
    }

    /** As {@code kubectl scale} does it. */
    public void scale(int replicas) {
        resource().scale(replicas);
    }

    /** Returns when no pod of a node is left. */
    public void awaitNoPods() {
        Awaitility.await().atMost(GONE_MAX).until(() -> nodes().isEmpty());
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

    private Pod pod(String name) {
        return Objects.requireNonNull(
                client.pods().inNamespace(namespace).withName(name).get());
    }

    /** The pod's identity: another pod of the same name has another one. */
    public String uid(String pod) {
        return pod(pod).getMetadata().getUid();
    }

    /** All pods' identities. */
    public Map<String, String> uids() {
        return nodes().stream()
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getName(),
                        pod -> pod.getMetadata().getUid()));
    }

    /** The machine that a pod is on. */
    public String machineOf(String pod) {
        return pod(pod).getSpec().getNodeName();
    }

    /** The node's pod on that machine. */
    public String podOn(String machine) {
        return pods().stream()
                .filter(pod -> machineOf(pod).equals(machine))
                .findFirst()
                .orElseThrow();
    }

    /** Asks for the pod's eviction; false when a disruption budget refuses it. */
    public boolean evict(String pod) {
        return client.pods().inNamespace(namespace).withName(pod).evict();
    }

    /** The image of a pod's node. */
    public String image(String pod) {
        return pod(pod).getSpec().getContainers().getFirst().getImage();
    }

    /** Members of the protocol by their pods, as the resource's status tells. */
    public Map<String, String> members() {
        List<Map<String, Object>> members = resource().get().get("status", "members");
        return members.stream()
                .filter(member -> member.get("memberId") != null)
                .collect(Collectors.toMap(
                        member -> String.valueOf(member.get("pod")), member -> String.valueOf(member.get("memberId"))));
    }

    /** Returns when that pod has another identity than it had. */
    public void awaitAnotherPod(String pod, String uid) {
        Awaitility.await().atMost(READY_MAX).ignoreExceptions().until(() -> !uid(pod).equals(uid));
    }

    /** Returns when another member than before lives in that pod. */
    public void awaitAnotherMember(String pod, Map<String, String> before) {
        Awaitility.await()
                .atMost(READY_MAX)
                .ignoreExceptions()
                .until(() -> !members()
                        .getOrDefault(pod, String.valueOf(before.get(pod)))
                        .equals(before.get(pod)));
    }

    /** What volumes have, by their claims. */
    public Map<String, String> volumes() {
        return claims().list().getItems().stream()
                .collect(Collectors.toMap(
                        claim -> claim.getMetadata().getName(),
                        claim -> String.valueOf(claim.getStatus().getCapacity().get("storage"))));
    }

    /** Returns when all volumes have that size. */
    public void awaitVolumes(String size) {
        Quantity wanted = new Quantity(size);
        Awaitility.await()
                .atMost(READY_MAX)
                .untilAsserted(() -> assertThat(volumes().values())
                        .hasSize(pods().size())
                        .allMatch(has -> new Quantity(has).equals(wanted)));
    }

    private FilterWatchListDeletable<PersistentVolumeClaim, PersistentVolumeClaimList, Resource<PersistentVolumeClaim>>
            claims() {
        return client.persistentVolumeClaims().inNamespace(namespace).withLabel("app.kubernetes.io/instance", NAME);
    }

    /** Whether such volumes can grow. */
    public boolean volumesGrow() {
        String storageClass = claims().list().getItems().getFirst().getSpec().getStorageClassName();
        return Boolean.TRUE.equals(client.storage()
                .v1()
                .storageClasses()
                .withName(storageClass)
                .get()
                .getAllowVolumeExpansion());
    }

    /** Deletes a node's volume, which is gone when its pod is. */
    public void deleteVolume(String pod) {
        client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName("data-" + pod)
                .delete();
    }

    /** Deletes the Secret with the nodes' certificate. */
    public void deleteCertificate() {
        client.secrets().inNamespace(namespace).withName(NAME + "-tls").delete();
    }

    /** The certificate that a client of SQL is shown there, by its serial number. */
    public String serialNumber(String pod) throws IOException {
        try (LocalPortForward port = forward(pod, SQL_PORT)) {
            return ShownCertificate.at(port.getLocalPort(), trust())
                    .getSerialNumber()
                    .toString(16);
        }
    }

    /** The pod that leads. */
    public String leader() {
        return Awaitility.await().atMost(READY_MAX).ignoreExceptions().until(this::leaderNow, pod -> !pod.isEmpty());
    }

    private String leaderNow() throws IOException, InterruptedException {
        String id = at(pods().getFirst(), HTTP_PORT, node -> node.status("leader"));
        return members().entrySet().stream()
                .filter(member -> member.getValue().equals(id))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** Makes the node in that pod the leader. */
    public void lead(String pod) {
        Awaitility.await().atMost(READY_MAX).ignoreExceptions().until(() -> {
            String order = "{\"memberId\":" + members().get(pod) + "}";
            at(leader(), ADMIN_PORT, node -> {
                node.order("/admin/v1/leadership", secret(NAME + "-admin-token", "token"), order);
                return "";
            });
            return leader().equals(pod);
        });
    }

    private interface Question {
        String ask(NodeClient node) throws IOException, InterruptedException;
    }

    private String at(String pod, int port, Question question) throws IOException, InterruptedException {
        try (var node = new NodeClient(forward(pod, port), trust())) {
            return question.ask(node);
        }
    }

    private SSLContext trust() throws IOException {
        return Authorities.trusted(connection("ca.crt"));
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
        return secret(NAME + "-app", key);
    }

    private String secret(String name, String key) {
        String encoded = client.secrets()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getData()
                .get(key);
        return new String(java.util.Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    /** Somebody in the cluster who runs psql. */
    public PsqlPod psql() throws IOException {
        if (psql == null) {
            try (InputStream in = Objects.requireNonNull(Installation.class.getResourceAsStream("/psql.yaml"))) {
                apply(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
            var pod = client.pods().inNamespace(namespace).withName("psql");
            pod.waitUntilReady(READY_MAX.toSeconds(), TimeUnit.SECONDS);
            psql = new PsqlPod(pod);
        }
        return psql;
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
