package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A sample in a namespace of its own, under the restricted rules for pods. */
public final class Installation implements AutoCloseable {
    /** Image pulls are not part of it: the images are there. */
    private static final Duration READY_MAX = Duration.ofMinutes(4);

    private static final Duration GONE_MAX = Duration.ofMinutes(3);
    private static final List<String> KUBERNETES_OWN = List.of("default", "kube-root-ca.crt");
    private static final String MEMBER = "node";
    private static final String READER = "reader";
    private static final int SQL_PORT = 5432;
    private static final int HTTP_PORT = 8080;
    private static final int ADMIN_PORT = 9000;

    private final KubernetesClient client;
    private final Images images;
    private final String namespace;
    private final Sample sample;
    private @Nullable PsqlPod psql;

    private Installation(KubernetesClient client, Images images, String namespace, Sample sample) {
        this.client = client;
        this.images = images;
        this.namespace = namespace;
        this.sample = sample;
    }

    static Installation of(Kubernetes kubernetes, Sample sample) throws IOException {
        String namespace = "e2e-" + UUID.randomUUID().toString().substring(0, 8);
        var installation = new Installation(kubernetes.client(), kubernetes.images(), namespace, sample);
        kubernetes
                .client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        installation.apply(sample.manifest());
        return installation;
    }

    private void apply(String manifest) {
        String yaml = images.in(manifest);
        List<HasMetadata> objects = client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
        objects.forEach(object -> client.resource(object).inNamespace(namespace).create());
    }

    /** Returns when all pods of the sample are ready; tells how long it took. */
    public Duration awaitReady() {
        return awaitReady(sample.voters());
    }

    /** Returns when the cluster has so many voters, all are ready, and no change is under way; tells how long it took. */
    public Duration awaitReady(int voters) {
        long start = System.nanoTime();
        Awaitility.await()
                .atMost(READY_MAX)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> assertReady(voters));
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void assertReady(int voters) {
        assertThat(nodes().list()).hasSize(voters).allMatch(Readiness::isPodReady, "is ready");
        resource().assertReady(voters);
    }

    /** Whether it is so now. */
    public boolean isReady(int voters) {
        try {
            assertReady(voters);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** What is wanted, and what the operator tells. */
    public ClusterResource resource() {
        return new ClusterResource(client, namespace, sample.cluster());
    }

    /** The pods of the nodes that vote, or shall. */
    public NodePods nodes() {
        return new NodePods(client, namespace, sample.cluster(), MEMBER);
    }

    /** The pods of the read replicas. */
    public NodePods readers() {
        return new NodePods(client, namespace, sample.cluster(), READER);
    }

    /** The volumes of the read replicas. */
    public Volumes readerVolumes() {
        return new Volumes(client, namespace, sample.cluster(), READER);
    }

    /** Returns when there are so many read replicas, all are ready, and the operator tells so; tells how long it took. */
    public Duration awaitReaders(int readers) {
        long start = System.nanoTime();
        Awaitility.await()
                .atMost(READY_MAX)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(readers().list()).hasSize(readers).allMatch(Readiness::isPodReady, "is ready");
                    resource().assertReaders(readers);
                });
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Names of the pods of the nodes that vote, or shall. */
    public List<String> pods() {
        return nodes().names();
    }

    /** The volumes of the nodes that vote, or shall. */
    public Volumes volumes() {
        return new Volumes(client, namespace, sample.cluster(), MEMBER);
    }

    /** Applies the sample again. */
    public void applyAgain() throws IOException {
        apply(sample.manifest());
    }

    /** Deletes the Secret with the nodes' certificate. */
    public void deleteCertificate() {
        client.secrets()
                .inNamespace(namespace)
                .withName(sample.cluster() + "-tls")
                .delete();
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
        return resource().members().entrySet().stream()
                .filter(member -> member.getValue().equals(id))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** Makes the node in that pod the leader. */
    public void lead(String pod) {
        Awaitility.await().atMost(READY_MAX).ignoreExceptions().until(() -> {
            String order = "{\"memberId\":" + resource().members().get(pod) + "}";
            at(leader(), ADMIN_PORT, node -> {
                node.order("/admin/v1/leadership", secret(sample.cluster() + "-admin-token", "token"), order);
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

    /** A session of the application's role at one node. */
    public SqlSession connect(String pod) throws SQLException {
        return SqlSession.open(forward(pod, SQL_PORT), connection("password"), authorities());
    }

    /** The same with a certificate. */
    public SqlSession connect(String pod, ClientAuthority authority) throws SQLException {
        var certificate = new Properties();
        certificate.setProperty("sslkey", authority.store().toString());
        certificate.setProperty("sslpassword", ClientAuthority.PASSWORD);
        return SqlSession.open(forward(pod, SQL_PORT), connection("password"), authorities(), certificate);
    }

    /** Makes a Secret with that one value, or changes it. */
    public void secret(String name, String key, String value) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToStringData(key, value)
                        .build())
                .serverSideApply();
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
        return secret(sample.cluster() + "-app", key);
    }

    private String secret(String name, String key) {
        String encoded = client.secrets()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getData()
                .get(key);
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
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
        for (Pod pod : Stream.of(nodes(), readers())
                .flatMap(pods -> pods.list().stream())
                .toList()) {
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

    /** What is there in the namespace and not Kubernetes' own, by kind and name. */
    public List<String> objects() {
        return Stream.of(
                        client.pods(),
                        client.services(),
                        client.configMaps(),
                        client.secrets(),
                        client.serviceAccounts(),
                        client.persistentVolumeClaims(),
                        client.apps().statefulSets(),
                        client.policy().v1().podDisruptionBudget(),
                        client.network().v1().networkPolicies())
                .flatMap(kind -> kind.inNamespace(namespace).list().getItems().stream())
                .map(HasMetadata.class::cast)
                .filter(object -> !KUBERNETES_OWN.contains(object.getMetadata().getName()))
                .map(object -> object.getKind() + " " + object.getMetadata().getName())
                .sorted()
                .toList();
    }

    /** Deletes the namespace with all that is in it. */
    @Override
    public void close() {
        var all = client.namespaces().withName(namespace);
        all.delete();
        all.waitUntilCondition(Objects::isNull, GONE_MAX.toSeconds(), TimeUnit.SECONDS);
    }
}
