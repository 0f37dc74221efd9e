package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@WithApiServer
class ReconcilerTest {
    private final KubernetesClient client;
    private final RunningOperator operator;

    ReconcilerTest(KubernetesClient client) throws IOException {
        this.client = client;
        operator = new RunningOperator(client);
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    @Test
    void theOperatorMayNotDoWhatItNeverDoes() {
        assertThatThrownBy(() -> operator.rights()
                        .namespaces()
                        .withName(operator.namespace())
                        .delete())
                .hasMessageContaining("forbidden");
        assertThatThrownBy(() -> operator.rights().nodes().list()).hasMessageContaining("forbidden");
    }

    @Test
    void foundsScalesAndChangesACluster() {
        // given
        operator.apply("{replicas: 3, storage: {size: 1Gi}}");

        // when
        var founded = operator.awaitReady(3);

        // then
        assertThat(founded.leader()).isEqualTo("db-0");
        assertThat(founded.configurationId()).isEqualTo(1);
        assertThat(founded.phase()).isEqualTo("Running");
        assertThat(client.configMaps()
                        .inNamespace(operator.namespace())
                        .withName("db-settings")
                        .require()
                        .getData()
                        .get("node.properties"))
                .doesNotContain("founding");

        // when
        operator.cluster().scale(5);
        var larger = operator.awaitReady(5);

        // then
        assertThat(larger.configurationId()).isEqualTo(2);
        assertThat(larger.members())
                .hasSize(5)
                .allMatch(member -> member.state().equals("Voting"));
        assertThat(operator.nodes().calls()).contains("join 3", "join 4");

        // when
        operator.cluster().scale(3);
        operator.awaitReady(3);

        // then
        await().atMost(RunningOperator.PATIENCE)
                .untilAsserted(() -> assertThat(
                                client
                                        .persistentVolumeClaims()
                                        .inNamespace(operator.namespace())
                                        .list()
                                        .getItems()
                                        .stream()
                                        .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null))
                        .hasSize(3));

        // when
        operator.apply("{replicas: 3, storage: {size: 1Gi}, postgresql: {parameters: {work_mem: 8MB}}}");
        long generation = operator.cluster().require().getMetadata().getGeneration();
        operator.awaitStatus(
                status -> status.observedGeneration() != null && status.observedGeneration() == generation);
        operator.awaitReady(3);

        // then
        assertThat(operator.nodes().calls()).anyMatch(call -> call.startsWith("leadership 0"));
    }

    @Test
    void replacesAMemberWhoseVolumeWasDeleted() {
        // given
        operator.apply("{replicas: 3, storage: {size: 1Gi}}");
        operator.awaitReady(3);

        // when
        client.persistentVolumeClaims()
                .inNamespace(operator.namespace())
                .withName("data-db-1")
                .delete();
        client.pods()
                .inNamespace(operator.namespace())
                .withName("db-1")
                .withGracePeriod(0)
                .delete();

        // then
        var replaced = operator.awaitStatus(status -> Long.valueOf(2).equals(status.configurationId()));
        assertThat(replaced.nextMemberId()).isEqualTo(5);
        operator.awaitReady(3);
        assertThat(operator.nodes().calls()).contains("join 1");
    }

    @Test
    void comesBackWithItsDataWhenSomebodyDeletesTheStatefulSetAndAllPods() {
        // given
        operator.apply("{replicas: 3, storage: {size: 1Gi}}");
        var before = operator.awaitReady(3);
        var sets =
                client.apps().statefulSets().inNamespace(operator.namespace()).withName("db");
        String uid = sets.require().getMetadata().getUid();

        // when
        sets.delete();
        client.pods().inNamespace(operator.namespace()).withGracePeriod(0).delete();

        // then
        await().atMost(RunningOperator.PATIENCE)
                .until(() ->
                        sets.get() != null && !sets.get().getMetadata().getUid().equals(uid));
        var after = operator.awaitStatus(status -> "Running".equals(status.phase())
                && operator.nodes().votes(0)
                && operator.nodes().votes(1)
                && operator.nodes().votes(2));
        assertThat(after.configurationId()).isEqualTo(before.configurationId());
        assertThat(after.clusterUid()).isEqualTo(before.clusterUid());
        assertThat(operator.nodes().calls()).noneMatch(call -> call.startsWith("join"));
    }

    @Test
    void pausesHibernatesAndGoesWithItsVolumesKept() {
        // given
        operator.apply("{replicas: 1, storage: {size: 1Gi}, paused: true}");
        operator.awaitStatus(status -> "Paused".equals(status.phase()));
        assertThat(client.apps()
                        .statefulSets()
                        .inNamespace(operator.namespace())
                        .list()
                        .getItems())
                .isEmpty();
        assertThat(operator.secret("db-app").get()).isNull();
        operator.apply("{replicas: 1, storage: {size: 1Gi}, paused: false}");
        operator.awaitReady(1);

        // when
        operator.apply("{replicas: 1, storage: {size: 1Gi}, hibernate: true}");
        operator.awaitStatus(status -> "Hibernated".equals(status.phase()));
        operator.apply("{replicas: 1, storage: {size: 1Gi}}");
        operator.awaitReady(1);
        operator.cluster().delete();

        // then
        await().atMost(RunningOperator.PATIENCE).until(() -> operator.cluster().get() == null);
        assertThat(client.persistentVolumeClaims()
                        .inNamespace(operator.namespace())
                        .list()
                        .getItems())
                .hasSize(1);
        for (String secret : List.of("db-app", "db-ca")) {
            assertThat(operator.secret(secret).require().getMetadata().getOwnerReferences())
                    .as("owners whom %s goes with", secret)
                    .isEmpty();
        }
    }

    @Test
    void goesWithItsVolumesPasswordsAndAuthorityIfTheSpecSaysSo() {
        // given
        operator.apply("{replicas: 1, storage: {size: 1Gi, retention: {whenDeleted: Delete}}}");
        operator.awaitReady(1);

        // when
        operator.cluster().delete();
        await().atMost(RunningOperator.PATIENCE)
                .until(() -> client.apps()
                        .statefulSets()
                        .inNamespace(operator.namespace())
                        .list()
                        .getItems()
                        .isEmpty());
        client.pods()
                .inNamespace(operator.namespace())
                .withGracePeriod(0)
                .delete(); // As the collector of garbage does.

        // then
        await().atMost(RunningOperator.PATIENCE).until(() -> operator.cluster().get() == null);
        assertThat(client.persistentVolumeClaims()
                        .inNamespace(operator.namespace())
                        .list()
                        .getItems())
                .allMatch(claim -> claim.getMetadata().getDeletionTimestamp() != null);
        assertThat(operator.secret("db-app").get()).isNull();
        assertThat(operator.secret("db-ca").get()).isNull();
    }
}
