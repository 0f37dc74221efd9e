package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** The operator, installed by the project's one file; left alone where it is installed already. */
final class Operator implements AutoCloseable {
    private static final Path MANIFEST = Path.of("..", "manifests", "install.yaml");
    /** Where it is. */
    static final String NAMESPACE = "omnisql-system";

    private static final String NAME = "omnisql-operator";
    private static final long READY_SECONDS_MAX = 180;

    private final KubernetesClient client;
    private final String manifest;
    private final boolean isOurs;

    private Operator(KubernetesClient client, String manifest, boolean isOurs) {
        this.client = client;
        this.manifest = manifest;
        this.isOurs = isOurs;
    }

    /** Returns when it runs. */
    static Operator install(KubernetesClient client, Images images) throws IOException {
        var deployment = client.apps().deployments().inNamespace(NAMESPACE).withName(NAME);
        var operator = new Operator(client, images.in(Files.readString(MANIFEST)), deployment.get() == null);
        if (operator.isOurs) {
            operator.restore();
        } else {
            deployment.waitUntilReady(READY_SECONDS_MAX, TimeUnit.SECONDS);
        }
        return operator;
    }

    /** Skips the test, aloud, where it is somebody else's. */
    void assumeOurs() {
        if (!isOurs) {
            System.err.println("SKIPPED: the operator was there before the tests, so it is not taken away");
        }
        Assumptions.assumeTrue(isOurs, "the operator was there before the tests");
    }

    /** Takes it away with the definition of the resource; returns when nothing is left. There must be no cluster. */
    void remove() {
        client.load(objects()).delete();
        for (HasMetadata object : client.load(objects()).items()) {
            client.resource(object).waitUntilCondition(Objects::isNull, READY_SECONDS_MAX, TimeUnit.SECONDS);
        }
    }

    /** Brings it; returns when it runs. */
    void restore() {
        client.load(objects()).forceConflicts().serverSideApply();
        client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .waitUntilReady(READY_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private ByteArrayInputStream objects() {
        return new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8));
    }

    private static FilterWatchListDeletable<Pod, PodList, PodResource> pods(KubernetesClient client) {
        return client.pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/name", NAME);
    }

    /** Ends it as a machine does that fails: at once. Another one is made in its place. */
    static void kill(KubernetesClient client) {
        pods(client).withGracePeriod(0).delete();
    }

    /** Returns when one runs, and it alone. */
    static void awaitReady(KubernetesClient client) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(READY_SECONDS_MAX))
                .untilAsserted(() -> assertThat(pods(client).list().getItems())
                        .hasSize(1)
                        .allMatch(Readiness::isPodReady, "is ready"));
    }

    /** On which machine it runs. */
    static String machine(KubernetesClient client) {
        awaitReady(client);
        return pods(client).list().getItems().getFirst().getSpec().getNodeName();
    }

    /** What it said last. */
    static String log(KubernetesClient client) {
        return client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(NAME)
                .tailingLines(60)
                .getLog();
    }

    @Override
    public void close() {
        if (isOurs) {
            client.load(objects()).delete();
        }
    }
}
