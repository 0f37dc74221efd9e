package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.dependent.Blueprint.ReleaseImages;
import io.omnisql.operator.reconcile.NodeAdminClient;
import io.omnisql.operator.reconcile.OmniSqlClusterReconciler;
import io.omnisql.operator.reconcile.ReconcilerParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithApiServer
class ReconcilerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final KubernetesClient client;
    private final String namespace = "reconciler-" + NUMBER.incrementAndGet();
    private final PlayedNodes nodes;
    private final PlayedKubelet kubelet;
    private final KubernetesClient operatorsClient;
    private final Operator operator;

    ReconcilerTest(KubernetesClient client) throws IOException {
        this.client = client;
        nodes = new PlayedNodes("db-%d.db-peers." + namespace + ".svc:7000");
        kubelet = new PlayedKubelet(client, namespace, nodes);
        var rights = withOperatorsRights(client);
        operatorsClient = rights;
        operator = new Operator(overrider -> overrider
                .withKubernetesClient(rights)
                .withCloseClientOnStop(false)
                .withStopOnInformerErrorDuringStartup(true));
        operator.register(
                new OmniSqlClusterReconciler(ReconcilerParts.of(
                        rights,
                        new NodeAdminClient(nodes.port()),
                        new ReleaseImages("omnisql/node:test", "omnisql/postgres:test"),
                        Clock.systemUTC())),
                controller -> controller.settingNamespace(namespace));
    }

    /** The operator has no other rights here than those of its installation. */
    private static KubernetesClient withOperatorsRights(KubernetesClient administrator) throws IOException {
        for (String file : List.of("namespace.yaml", "rbac.yaml")) {
            try (var yaml = Files.newInputStream(Path.of("../manifests/install", file))) {
                administrator.load(yaml).serverSideApply();
            }
        }
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(administrator.getConfiguration())
                        .withImpersonateUsername("system:serviceaccount:omnisql-system:omnisql-operator")
                        .withImpersonateGroups("system:serviceaccounts", "system:authenticated")
                        .build())
                .build();
    }

    @BeforeEach
    void start() {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        operator.start();
    }

    @AfterEach
    void stop() {
        operator.stop();
        kubelet.close();
        nodes.close();
        operatorsClient.close();
    }

    private Resource<OmniSqlCluster> cluster() {
        return client.resources(OmniSqlCluster.class).inNamespace(namespace).withName("db");
    }

    private void apply(String spec) {
        client.resource(Serialization.unmarshal("""
                        apiVersion: omnisql.io/v1alpha1
                        kind: OmniSqlCluster
                        metadata: {name: db, namespace: %s}
                        spec: %s
                        """.formatted(namespace, spec), GenericKubernetesResource.class))
                .serverSideApply();
    }

    private OmniSqlClusterStatus awaitStatus(Predicate<OmniSqlClusterStatus> wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> Optional.ofNullable(cluster().get()).map(OmniSqlCluster::getStatus),
                        status -> status.filter(wanted).isPresent())
                .orElseThrow();
    }

    private OmniSqlClusterStatus awaitReady(int voters) {
        return awaitStatus(status -> status.ready() != null
                && status.ready().equals(voters + "/" + voters)
                && status.conditionsOrNone().stream()
                        .anyMatch(condition -> condition.type().equals(Condition.READY)
                                && condition.status().equals(Condition.TRUE)));
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("cluster", cluster().require().getMetadata().getResourceVersion());
        for (var kind : List.of(
                io.fabric8.kubernetes.api.model.Service.class,
                io.fabric8.kubernetes.api.model.ConfigMap.class,
                Secret.class,
                io.fabric8.kubernetes.api.model.apps.StatefulSet.class,
                io.fabric8.kubernetes.api.model.Pod.class,
                io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget.class,
                io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy.class)) {
            for (HasMetadata object :
                    client.resources(kind).inNamespace(namespace).list().getItems()) {
                versions.put(
                        kind.getSimpleName() + "/" + object.getMetadata().getName(),
                        object.getMetadata().getResourceVersion());
            }
        }
        return versions;
    }

    @Test
    void theOperatorMayNotDoWhatItNeverDoes() {
        assertThatThrownBy(
                        () -> operatorsClient.namespaces().withName(namespace).delete())
                .hasMessageContaining("forbidden");
        assertThatThrownBy(() -> operatorsClient.nodes().list()).hasMessageContaining("forbidden");
    }

    @Test
    void foundsScalesAndChangesAClusterAndThenLeavesItAlone() {
        // given
        apply("{replicas: 3, storage: {size: 1Gi}}");

        // when
        var founded = awaitReady(3);

        // then
        assertThat(founded.leader()).isEqualTo("db-0");
        assertThat(founded.configurationId()).isEqualTo(1);
        assertThat(founded.phase()).isEqualTo("Running");
        assertThat(client.configMaps()
                        .inNamespace(namespace)
                        .withName("db-settings")
                        .require()
                        .getData()
                        .get("node.properties"))
                .doesNotContain("founding");

        // when
        cluster().scale(5);
        var larger = awaitReady(5);

        // then
        assertThat(larger.configurationId()).isEqualTo(2);
        assertThat(larger.members())
                .hasSize(5)
                .allMatch(member -> member.state().equals("Voting"));
        assertThat(nodes.calls()).contains("join 3", "join 4");

        // when
        cluster().scale(3);
        awaitReady(3);

        // then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                client.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                                        .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null))
                        .hasSize(3));

        // when
        apply("{replicas: 3, storage: {size: 1Gi}, postgresql: {parameters: {work_mem: 8MB}}}");
        long generation = cluster().require().getMetadata().getGeneration();
        awaitStatus(status -> status.observedGeneration() != null && status.observedGeneration() == generation);
        awaitReady(3);

        // then
        assertThat(nodes.calls()).anyMatch(call -> call.startsWith("leadership 0"));
        var before = versions();
        await().pollDelay(Duration.ofSeconds(12)).atMost(PATIENCE).until(() -> true);
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void replacesAMemberWhoseVolumeWasDeleted() {
        // given
        apply("{replicas: 3, storage: {size: 1Gi}}");
        awaitReady(3);

        // when
        client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName("data-db-1")
                .delete();
        client.pods().inNamespace(namespace).withName("db-1").withGracePeriod(0).delete();

        // then
        var replaced = awaitStatus(status -> Long.valueOf(2).equals(status.configurationId()));
        assertThat(replaced.nextMemberId()).isEqualTo(5);
        awaitReady(3);
        assertThat(nodes.calls()).contains("join 1");
    }

    @Test
    void pausesHibernatesAndGoesWithItsVolumesKept() {
        // given
        apply("{replicas: 1, storage: {size: 1Gi}, paused: true}");
        awaitStatus(status -> "Paused".equals(status.phase()));
        assertThat(client.apps().statefulSets().inNamespace(namespace).list().getItems())
                .isEmpty();
        apply("{replicas: 1, storage: {size: 1Gi}, paused: false}");
        awaitReady(1);

        // when
        apply("{replicas: 1, storage: {size: 1Gi}, hibernate: true}");
        awaitStatus(status -> "Hibernated".equals(status.phase()));
        apply("{replicas: 1, storage: {size: 1Gi}}");
        awaitReady(1);
        cluster().delete();

        // then
        await().atMost(PATIENCE).until(() -> cluster().get() == null);
        assertThat(client.persistentVolumeClaims().inNamespace(namespace).list().getItems())
                .hasSize(1);
        assertThat(client.secrets().inNamespace(namespace).withName("db-app").get())
                .isNotNull();
    }
}
