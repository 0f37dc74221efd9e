package io.omnisql.operator.apiserver;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Subject;
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

/** The operator as it is installed, in a namespace of its own, with one cluster named {@code db} whose nodes and machines are played. */
final class RunningOperator implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String USER = "system:serviceaccount:omnisql-system:omnisql-operator";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final KubernetesClient client;
    private final Clock clock;
    private final String namespace = "operator-" + NUMBER.incrementAndGet();
    private final PlayedNodes nodes;
    private final PlayedKubelet kubelet;
    private final KubernetesClient rights;
    private Operator operator;

    /** With rights in all namespaces. */
    RunningOperator(KubernetesClient client) throws IOException {
        this(client, false, true, Clock.systemUTC());
    }

    /** With the same rights, either in all namespaces or in its own only. */
    RunningOperator(KubernetesClient client, boolean inOneNamespace) throws IOException {
        this(client, inOneNamespace, true, Clock.systemUTC());
    }

    /** At nodes with or without TLS, by a clock of the test's own. */
    RunningOperator(KubernetesClient client, boolean encrypted, Clock clock) throws IOException {
        this(client, false, encrypted, clock);
    }

    private RunningOperator(KubernetesClient client, boolean inOneNamespace, boolean encrypted, Clock clock)
            throws IOException {
        this.client = client;
        this.clock = clock;
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        nodes = new PlayedNodes("db-%d.db-peers." + namespace + ".svc:7000", encrypted);
        kubelet = new PlayedKubelet(client, namespace, nodes);
        rights = inOneNamespace ? withRightsInNamespace() : withOperatorsRights(client);
        operator = started();
    }

    /** The operator has no other rights here than those of its installation. */
    private static KubernetesClient withOperatorsRights(KubernetesClient administrator) throws IOException {
        for (String file : List.of("namespace.yaml", "rbac.yaml")) {
            try (var yaml = Files.newInputStream(Path.of("../manifests/install", file))) {
                administrator.load(yaml).serverSideApply();
            }
        }
        return impersonating(administrator, USER);
    }

    private static KubernetesClient impersonating(KubernetesClient administrator, String user) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(administrator.getConfiguration())
                        .withImpersonateUsername(user)
                        .withImpersonateGroups("system:serviceaccounts", "system:authenticated")
                        .build())
                .build();
    }

    /** As the Helm chart gives them for some namespaces: the rules of the ClusterRole in a Role. */
    private KubernetesClient withRightsInNamespace() throws IOException {
        ClusterRole all;
        try (var yaml = Files.newInputStream(Path.of("../manifests/install/rbac.yaml"))) {
            all = client.load(yaml).items().stream()
                    .filter(ClusterRole.class::isInstance)
                    .map(ClusterRole.class::cast)
                    .findFirst()
                    .orElseThrow();
        }
        String account = "system:serviceaccount:%s:operator".formatted(namespace);
        client.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("operator")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withRules(all.getRules())
                        .build())
                .create();
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("operator")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "operator")
                        .withSubjects(new Subject("rbac.authorization.k8s.io", "User", account, null))
                        .build())
                .create();
        return impersonating(client, account);
    }

    private Operator started() {
        var fresh = new Operator(overrider -> overrider
                .withKubernetesClient(rights)
                .withCloseClientOnStop(false)
                .withStopOnInformerErrorDuringStartup(true));
        fresh.register(
                new OmniSqlClusterReconciler(ReconcilerParts.of(
                        rights,
                        new NodeAdminClient(nodes.port()),
                        new ReleaseImages("omnisql/node:test", "omnisql/postgres:test"),
                        clock)),
                controller -> controller.settingNamespace(namespace));
        fresh.start();
        return fresh;
    }

    /** Another process of the same operator, which remembers nothing. */
    void restart() {
        operator.stop();
        operator = started();
    }

    String namespace() {
        return namespace;
    }

    PlayedNodes nodes() {
        return nodes;
    }

    /** Asks with the operator's rights. */
    KubernetesClient rights() {
        return rights;
    }

    Resource<OmniSqlCluster> cluster() {
        return client.resources(OmniSqlCluster.class).inNamespace(namespace).withName("db");
    }

    Resource<Secret> secret(String name) {
        return client.secrets().inNamespace(namespace).withName(name);
    }

    /** Reasons of the events about the cluster. */
    List<String> events() {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .map(event -> event.getReason())
                .toList();
    }

    void apply(String spec) {
        client.resource(Serialization.unmarshal("""
                        apiVersion: omnisql.io/v1alpha1
                        kind: OmniSqlCluster
                        metadata: {name: db, namespace: %s}
                        spec: %s
                        """.formatted(namespace, spec), GenericKubernetesResource.class))
                .serverSideApply();
    }

    OmniSqlClusterStatus awaitStatus(Predicate<OmniSqlClusterStatus> wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> Optional.ofNullable(cluster().get()).map(OmniSqlCluster::getStatus),
                        status -> status.filter(wanted).isPresent())
                .orElseThrow();
    }

    OmniSqlClusterStatus awaitReady(int voters) {
        return awaitStatus(status ->
                (voters + "/" + voters).equals(status.ready()) && holds(status, Condition.READY, Condition.TRUE));
    }

    static boolean holds(OmniSqlClusterStatus status, String type, String value) {
        return condition(status, type)
                .filter(condition -> condition.status().equals(value))
                .isPresent();
    }

    static Optional<Condition> condition(OmniSqlClusterStatus status, String type) {
        return status.conditionsOrNone().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Resource versions of the cluster and of all that belongs to it. */
    Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("cluster", cluster().require().getMetadata().getResourceVersion());
        for (var kind : List.of(
                io.fabric8.kubernetes.api.model.Service.class,
                io.fabric8.kubernetes.api.model.ServiceAccount.class,
                io.fabric8.kubernetes.api.model.ConfigMap.class,
                Secret.class,
                io.fabric8.kubernetes.api.model.apps.StatefulSet.class,
                io.fabric8.kubernetes.api.model.Pod.class,
                io.fabric8.kubernetes.api.model.PersistentVolumeClaim.class,
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

    @Override
    public void close() {
        operator.stop();
        kubelet.close();
        nodes.close();
        rights.close();
    }
}
