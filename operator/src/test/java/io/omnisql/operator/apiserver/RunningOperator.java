package io.omnisql.operator.apiserver;

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

/** The operator, with no other rights than those of its installation, at one cluster named db in a namespace of its own, whose nodes are played. */
final class RunningOperator implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final KubernetesClient client;
    private final String namespace = "reconciler-" + NUMBER.incrementAndGet();
    private final PlayedNodes nodes;
    private final PlayedKubelet kubelet;
    private final KubernetesClient operatorsClient;
    private final Operator operator;

    RunningOperator(KubernetesClient client, boolean encrypted, Clock clock) throws IOException {
        this.client = client;
        nodes = new PlayedNodes("db-%d.db-peers." + namespace + ".svc:7000", encrypted);
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
                        clock)),
                controller -> controller.settingNamespace(namespace));
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        operator.start();
    }

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

    String namespace() {
        return namespace;
    }

    PlayedNodes nodes() {
        return nodes;
    }

    /** With the operator's rights. */
    KubernetesClient operatorsClient() {
        return operatorsClient;
    }

    Resource<OmniSqlCluster> cluster() {
        return client.resources(OmniSqlCluster.class).inNamespace(namespace).withName("db");
    }

    Resource<Secret> secret(String name) {
        return client.secrets().inNamespace(namespace).withName(name);
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
        return awaitStatus(status -> (voters + "/" + voters).equals(status.ready())
                && condition(status, Condition.READY)
                        .filter(ready -> ready.status().equals(Condition.TRUE))
                        .isPresent());
    }

    static Optional<Condition> condition(OmniSqlClusterStatus status, String type) {
        return status.conditionsOrNone().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Reasons of the events about the cluster. */
    List<String> events() {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .map(event -> event.getReason())
                .toList();
    }

    Map<String, String> versions() {
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

    @Override
    public void close() {
        operator.stop();
        kubelet.close();
        nodes.close();
        operatorsClient.close();
    }
}
