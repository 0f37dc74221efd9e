package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator of some namespaces, as the Helm chart installs it with {@code watchNamespaces}. */
@WithApiServer
class NamespacedOperatorTest {
    private final RunningOperator operator;

    NamespacedOperatorTest(KubernetesClient client) throws IOException {
        operator = new RunningOperator(client, true);
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    @Test
    void needsNoRightsOutsideItsNamespaces() {
        // given
        assertThatThrownBy(
                        () -> operator.rights().secrets().inNamespace("default").list())
                .hasMessageContaining("forbidden");

        // when
        operator.apply("{replicas: 1, storage: {size: 1Gi}, monitoring: {podMonitor: {enabled: true}}}");

        // then
        operator.awaitReady(1);
    }
}
