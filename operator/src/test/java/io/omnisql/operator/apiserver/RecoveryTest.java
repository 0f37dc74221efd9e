package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.RecoveryStatus.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A quorum that is lost for ever, at a real API server. */
@WithApiServer
class RecoveryTest {
    private static final String SPEC = "{replicas: 3, storage: {size: 1Gi}}";
    private static final String ORDERED =
            "{replicas: 3, storage: {size: 1Gi}, recovery: {forceNewCluster: {acknowledgeDataLoss: %s}}}";

    private final KubernetesClient client;
    private final MovableClock clock = new MovableClock(Duration.ofHours(1));
    private final RunningOperator operator;

    RecoveryTest(KubernetesClient client) throws IOException {
        this.client = client;
        operator = new RunningOperator(client, true, clock);
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    private List<String> volumes() {
        return client.persistentVolumeClaims().inNamespace(operator.namespace()).list().getItems().stream()
                .map(PersistentVolumeClaim::getMetadata)
                .map(metadata -> metadata.getUid())
                .toList();
    }

    private static String told(OmniSqlClusterStatus status) {
        return Objects.requireNonNull(status.recovery()).message();
    }

    private String volume(String name) {
        return client.persistentVolumeClaims()
                .inNamespace(operator.namespace())
                .withName(name)
                .require()
                .getMetadata()
                .getUid();
    }

    @Test
    void oneNodeGoesOnAndNewMembersTakeThePlacesOfTheFormerOnes() {
        // given
        operator.apply(SPEC);
        var before = operator.awaitReady(3);
        var formerVolumes = List.of(volume("data-db-0"), volume("data-db-2"));
        String kept = volume("data-db-1");
        operator.nodes().silence(0);
        operator.nodes().silence(2);
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.AVAILABLE, Condition.FALSE));

        // when
        operator.apply(ORDERED.formatted(before.clusterUid()));

        // then
        var chosen = operator.awaitStatus(
                status -> status.recovery() != null && status.recovery().phase() == Phase.Chosen);
        assertThat(told(chosen)).startsWith("db-1, which holds the entries below 8");
        assertThat(operator.events()).contains("ChooseSurvivor");
        assertThat(operator.nodes().calls()).noneMatch(call -> call.startsWith("recover"));

        // when
        clock.set(Duration.ofHours(1).minusSeconds(31));
        operator.awaitStatus(
                status -> status.recovery() != null && status.recovery().phase() == Phase.CarriedOut);
        operator.nodes().speak(); // The machines come back, with the old volumes.

        // then
        var after = operator.awaitReady(3);
        assertThat(after.clusterUid()).isNotEqualTo(before.clusterUid());
        assertThat(after.configurationId()).isGreaterThan(1000);
        assertThat(RunningOperator.holds(after, Condition.NEW_CLUSTER_FORCED, Condition.TRUE))
                .isTrue();
        assertThat(volumes()).contains(kept).doesNotContainAnyElementsOf(formerVolumes);
        assertThat(operator.nodes().calls().stream().filter(call -> call.startsWith("recover")))
                .containsExactly("recover-from-quorum-loss 1");
        assertThat(operator.events()).contains("Recover", "NewClusterForced");
    }

    @Test
    void anOrderIsRefusedWhileAQuorumAnswersAndNeverObeyedLater() {
        // given
        operator.apply(SPEC);
        var before = operator.awaitReady(3);

        // when
        operator.apply(ORDERED.formatted(before.clusterUid()));

        // then
        operator.awaitStatus(status -> RunningOperator.condition(status, Condition.NEW_CLUSTER_FORCED)
                .filter(condition -> condition.message().contains("which is a quorum"))
                .isPresent());
        await().atMost(RunningOperator.PATIENCE).until(() -> operator.events().contains("NewClusterRefused"));

        // when
        operator.nodes().silence(0);
        operator.nodes().silence(2);
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.AVAILABLE, Condition.FALSE));
        clock.set(Duration.ofMinutes(55));
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.DEGRADED, Condition.TRUE));
        operator.nodes().speak();

        // then
        var after = operator.awaitReady(3);
        assertThat(after.clusterUid()).isEqualTo(before.clusterUid());
        assertThat(operator.nodes().calls()).noneMatch(call -> call.startsWith("recover"));
    }

    @Test
    void aNodesRefusalEndsTheOrder() {
        // given
        operator.apply(SPEC);
        var before = operator.awaitReady(3);
        operator.nodes().silence(0);
        operator.nodes().silence(2);
        operator.nodes().refuseRecovery();
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.AVAILABLE, Condition.FALSE));

        // when
        operator.apply(ORDERED.formatted(before.clusterUid()));
        operator.awaitStatus(status -> status.recovery() != null);
        clock.set(Duration.ofHours(1).minusSeconds(31));

        // then
        var refused = operator.awaitStatus(
                status -> status.recovery() != null && status.recovery().phase() == Phase.Refused);
        assertThat(told(refused)).contains("409");
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.NEW_CLUSTER_FORCED, Condition.FALSE));
        assertThat(operator.nodes().calls().stream().filter(call -> call.startsWith("recover")))
                .hasSize(1);
    }
}
