package io.omnisql.e2e.support;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The operator, installed by the project's one file; left alone where it is installed already. */
final class Operator implements AutoCloseable {
    private static final Path MANIFEST = Path.of("..", "manifests", "install.yaml");
    private static final String NAMESPACE = "omnisql-system";
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
            client.load(operator.objects()).serverSideApply();
        }
        deployment.waitUntilReady(READY_SECONDS_MAX, TimeUnit.SECONDS);
        return operator;
    }

    private ByteArrayInputStream objects() {
        return new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8));
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
