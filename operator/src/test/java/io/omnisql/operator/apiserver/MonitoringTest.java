package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.dependent.MonitoringObjects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@WithApiServer
class MonitoringTest {
    private static final String MONITORED =
            "{replicas: 1, storage: {size: 1Gi}, monitoring: {podMonitor: {enabled: true, labels: {release: prometheus}}, "
                    + "prometheusRule: {enabled: true}}}";

    private final KubernetesClient client;
    private final RunningOperator operator;
    private final List<CustomResourceDefinition> definitions = new ArrayList<>();

    MonitoringTest(KubernetesClient client) throws IOException {
        this.client = client;
        operator = new RunningOperator(client);
    }

    @AfterEach
    void stop() {
        operator.close();
        definitions.forEach(definition -> client.resource(definition).delete());
    }

    /** As far as an API server cares: its kinds, whatever is in them. */
    private void installPrometheusOperator() {
        for (String kind : MonitoringObjects.KINDS) {
            String plural = kind.toLowerCase(Locale.ROOT) + "s";
            var definition = Serialization.unmarshal("""
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: %2$s.monitoring.coreos.com}
                    spec:
                      group: monitoring.coreos.com
                      scope: Namespaced
                      names: {kind: %1$s, plural: %2$s}
                      versions:
                      - name: v1
                        served: true
                        storage: true
                        schema:
                          openAPIV3Schema:
                            type: object
                            properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                    """.formatted(kind, plural), CustomResourceDefinition.class);
            definitions.add(client.resource(definition).create());
        }
    }

    private Resource<GenericKubernetesResource> object(String kind) {
        return client.genericKubernetesResources(MonitoringObjects.API, kind)
                .inNamespace(operator.namespace())
                .withName("db-nodes");
    }

    @Test
    void saysThatThePrometheusOperatorIsMissingAndGoesOnWhenItComes() {
        // when
        operator.apply(MONITORED);
        var without = operator.awaitReady(1);

        // then
        assertThat(without.conditionsOrNone()).anySatisfy(condition -> {
            assertThat(condition.type()).isEqualTo(Condition.MONITORED);
            assertThat(condition.reason()).isEqualTo("NoPrometheusOperator");
            assertThat(condition.message()).contains("PodMonitor", "PrometheusRule");
        });
        assertThat(RunningOperator.holds(without, Condition.RECONCILED, Condition.TRUE))
                .isTrue();
        await().atMost(RunningOperator.PATIENCE)
                .untilAsserted(() -> assertThat(client.events()
                                .v1()
                                .events()
                                .inNamespace(operator.namespace())
                                .list()
                                .getItems())
                        .anyMatch(event -> "NoPrometheusOperator".equals(event.getReason())));

        // when
        installPrometheusOperator();
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.MONITORED, Condition.TRUE));

        // then
        assertThat(object("PodMonitor").require().getMetadata().getLabels()).containsEntry("release", "prometheus");
        assertThat(object("PrometheusRule").require().getMetadata().getOwnerReferences())
                .hasSize(1);

        // when
        String version = object("PodMonitor").require().getMetadata().getResourceVersion();
        object("PrometheusRule").delete();

        // then
        await().atMost(RunningOperator.PATIENCE)
                .until(() -> object("PrometheusRule").get() != null);
        assertThat(object("PodMonitor").require().getMetadata().getResourceVersion())
                .as("what is as it shall be is not written")
                .isEqualTo(version);

        // when
        operator.apply("{replicas: 1, storage: {size: 1Gi}}");

        // then
        await().atMost(RunningOperator.PATIENCE)
                .until(() -> object("PodMonitor").get() == null
                        && object("PrometheusRule").get() == null);
        operator.awaitStatus(status -> status.conditionsOrNone().stream()
                .noneMatch(condition -> condition.type().equals(Condition.MONITORED)));
    }
}
