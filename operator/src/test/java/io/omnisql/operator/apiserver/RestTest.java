package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.Condition;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster at rest, with read replicas, is looked at, and nothing is written: by the versions of all objects, and by the API server's own record of requests. */
@WithApiServer
class RestTest {
    /** Each pass looks at the StatefulSet once. */
    private static final String LOOK = "statefulsets/db";

    private final KubernetesClient client;
    private final AuditLog audit;
    private final RunningOperator operator;

    RestTest(KubernetesClient client, AuditLog audit) throws IOException {
        this.client = client;
        this.audit = audit;
        operator = new RunningOperator(client);
    }

    @BeforeEach
    void found() {
        operator.apply("{replicas: 3, storage: {size: 1Gi}, readers: {replicas: 2}}");
        operator.awaitReady(3);
        operator.awaitStatus(status -> RunningOperator.holds(status, Condition.READERS_READY, Condition.TRUE));
        awaitLooks(1); // What the founding left to do is done in the pass after it.
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    private long looks() {
        return audit.reads(RunningOperator.USER, operator.namespace()).stream()
                .filter(request -> request.endsWith(LOOK))
                .count();
    }

    private void awaitLooks(int more) {
        long before = looks();
        await().atMost(RunningOperator.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> looks() >= before + more);
    }

    private int writes() {
        return audit.writes(RunningOperator.USER, operator.namespace()).size();
    }

    private void assertNothingWrittenSince(int before) {
        var writes = audit.writes(RunningOperator.USER, operator.namespace());
        assertThat(writes.subList(before, writes.size()))
                .as("requests that write")
                .isEmpty();
    }

    @Test
    void passesOverAClusterAtRestWriteNothing() {
        // given
        var versions = operator.versions();
        int writes = writes();
        assertThat(writes).as("the founding is in the record").isPositive();

        // when
        awaitLooks(2);

        // then
        assertThat(operator.versions()).isEqualTo(versions);
        assertNothingWrittenSince(writes);
    }

    @Test
    void anEventThatChangesNothingWritesNothing() {
        // given
        int writes = writes();

        // when
        operator.cluster().edit(found -> {
            found.getMetadata().getAnnotations().put("example.org/touched", "1");
            return found;
        });
        client.pods().inNamespace(operator.namespace()).withName("db-1").edit(found -> {
            found.getMetadata().getAnnotations().put("example.org/touched", "1");
            return found;
        });
        var versions = operator.versions();
        awaitLooks(2);

        // then
        assertThat(operator.versions()).isEqualTo(versions);
        assertNothingWrittenSince(writes);
    }

    @Test
    void anotherProcessOfTheOperatorWritesNothing() {
        // given
        var versions = operator.versions();
        int writes = writes();

        // when
        operator.restart();
        awaitLooks(2);

        // then
        assertThat(operator.versions()).isEqualTo(versions);
        assertNothingWrittenSince(writes);
    }
}
