package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Readers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Read replicas come, change and go beside members who do not notice. */
@WithApiServer
class ReadersTest {
    private static final String READER = "reader";
    private static final String MEMBER = "node";

    private final KubernetesClient client;
    private final RunningOperator operator;

    ReadersTest(KubernetesClient client) throws IOException {
        this.client = client;
        operator = new RunningOperator(client);
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    private void apply(String size, String readers) {
        operator.apply("{replicas: 3, storage: {size: %s}, readers: {%s}}".formatted(size, readers));
    }

    private OmniSqlClusterStatus awaitReaders(int readers) {
        long generation = operator.cluster().require().getMetadata().getGeneration();
        return operator.awaitStatus(status -> Long.valueOf(generation).equals(status.observedGeneration())
                && new Readers(readers, readers).equals(status.readers())
                && RunningOperator.holds(status, Condition.READERS_READY, Condition.TRUE)
                && RunningOperator.holds(status, Condition.READY, Condition.TRUE));
    }

    /** Identities by name. */
    private Map<String, String> pods(String component) {
        return client
                .pods()
                .inNamespace(operator.namespace())
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems()
                .stream()
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getName(),
                        (Pod pod) -> pod.getMetadata().getUid(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private List<String> volumes(String component) {
        return client
                .persistentVolumeClaims()
                .inNamespace(operator.namespace())
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems()
                .stream()
                .map(claim -> claim.getMetadata().getName() + " "
                        + claim.getSpec().getResources().getRequests().get("storage"))
                .sorted()
                .toList();
    }

    private boolean isReadAt(String component) {
        return component.equals(client.services()
                .inNamespace(operator.namespace())
                .withName("db-ro")
                .require()
                .getSpec()
                .getSelector()
                .get("app.kubernetes.io/component"));
    }

    /** Whose volumes may grow. */
    private void growable() {
        client.resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName("growable")
                        .endMetadata()
                        .withProvisioner("example.org/nobody")
                        .withAllowVolumeExpansion(true)
                        .build())
                .serverSideApply();
    }

    /** As the provisioner does: a claim without a volume cannot grow. */
    private void bindVolumes() {
        client.persistentVolumeClaims()
                .inNamespace(operator.namespace())
                .list()
                .getItems()
                .forEach(claim -> client.resource(claim).editStatus(found -> {
                    found.getStatus().setPhase("Bound");
                    return found;
                }));
    }

    private boolean exists(String name) {
        return client.apps()
                                .statefulSets()
                                .inNamespace(operator.namespace())
                                .withName(name)
                                .get()
                        != null
                || client.configMaps()
                                .inNamespace(operator.namespace())
                                .withName(name + "-settings")
                                .get()
                        != null;
    }

    @Test
    void comeAndGoWithTheirVolumesAndNoMemberNotices() {
        // given
        apply("1Gi", "replicas: 0");
        var before = operator.awaitReady(3);
        var members = pods(MEMBER);
        assertThat(before.readers()).isNull();
        assertThat(exists("db-readers")).isFalse();

        // when
        apply("1Gi", "replicas: 3");
        awaitReaders(3);

        // then
        assertThat(pods(READER)).containsOnlyKeys("db-readers-0", "db-readers-1", "db-readers-2");
        await().atMost(RunningOperator.PATIENCE).until(() -> isReadAt(READER));

        // when
        apply("1Gi", "replicas: 1");
        awaitReaders(1);

        // then
        assertThat(volumes(READER)).containsExactly("data-db-readers-0 1Gi");

        // when
        apply("1Gi", "replicas: 0");
        var after = operator.awaitStatus(status -> status.readers() == null);

        // then
        await().atMost(RunningOperator.PATIENCE).until(() -> !exists("db-readers"));
        assertThat(volumes(READER)).isEmpty();
        assertThat(isReadAt(MEMBER)).isTrue();
        assertThat(RunningOperator.condition(after, Condition.READERS_READY)).isEmpty();
        assertThat(after.configurationId()).isEqualTo(before.configurationId());
        assertThat(after.members()).hasSize(3);
        assertThat(pods(MEMBER)).isEqualTo(members);
        assertThat(operator.nodes().calls()).isEmpty();
    }

    @Test
    void theirVolumesGrowWithTheMembersAndTheirPodsStay() {
        // given
        growable();
        apply("1Gi, storageClassName: growable", "replicas: 2");
        awaitReaders(2);
        bindVolumes();
        var readers = pods(READER);

        // when
        apply("2Gi, storageClassName: growable", "replicas: 2");

        // then
        await().atMost(RunningOperator.PATIENCE)
                .untilAsserted(() ->
                        assertThat(volumes(READER)).containsExactly("data-db-readers-0 2Gi", "data-db-readers-1 2Gi"));
        await().atMost(RunningOperator.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(client.apps()
                                .statefulSets()
                                .inNamespace(operator.namespace())
                                .withName("db-readers")
                                .require()
                                .getSpec()
                                .getVolumeClaimTemplates()
                                .getFirst()
                                .getSpec()
                                .getResources()
                                .getRequests())
                        .containsEntry("storage", new Quantity("2Gi")));
        assertThat(pods(READER)).isEqualTo(readers);
    }

    @Test
    void moreMembersChangeWhomTheyAskAndNoPodOfTheirs() {
        // given
        apply("1Gi", "replicas: 2");
        awaitReaders(2);
        var readers = pods(READER);

        // when
        operator.cluster().scale(5);
        operator.awaitReady(5);
        awaitReaders(2);

        // then
        assertThat(client.configMaps()
                        .inNamespace(operator.namespace())
                        .withName("db-readers-settings")
                        .require()
                        .getData()
                        .get("node.properties"))
                .contains("omnisql.reader.members=db-0.db-peers")
                .contains("db-4.db-peers");
        assertThat(pods(READER)).isEqualTo(readers);
    }

    @Test
    void hibernateWithTheMembersAndComeBack() {
        // given
        apply("1Gi", "replicas: 2");
        awaitReaders(2);

        // when
        operator.apply("{replicas: 3, storage: {size: 1Gi}, readers: {replicas: 2}, hibernate: true}");
        var asleep = operator.awaitStatus(
                status -> "Hibernated".equals(status.phase()) && new Readers(0, 0).equals(status.readers()));

        // then
        assertThat(RunningOperator.holds(asleep, Condition.READERS_READY, Condition.FALSE))
                .isTrue();
        assertThat(pods(READER)).isEmpty();
        apply("1Gi", "replicas: 2");
        awaitReaders(2);
    }
}
