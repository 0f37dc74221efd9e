package io.omnisql.e2e.support;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A real cluster with the images and the operator in it: the one that {@code KUBECONFIG} names, else one in a container of this machine's Docker.
 *
 * <p>Into the former the images are brought by the command in {@code OMNISQL_E2E_LOAD}, which gets their names; without it they are
 * taken to be there. The latter runs the image {@code OMNISQL_E2E_K3S_IMAGE}.
 */
public final class Kubernetes implements AutoCloseable {
    private static final String K3S = "rancher/k3s:v1.33.4-k3s1";
    private static final long COMMAND_MINUTES_MAX = 10;

    private final KubernetesClient client;
    private final Images images;
    private final @Nullable K3sContainer container;
    private final Operator operator;

    private Kubernetes(KubernetesClient client, Images images, @Nullable K3sContainer container) throws IOException {
        this.client = client;
        this.images = images;
        this.container = container;
        this.operator = Operator.install(client, images);
    }

    /** The cluster; none where there is neither a {@code KUBECONFIG} nor a Docker. */
    static Optional<Kubernetes> find() throws IOException, InterruptedException {
        Images images = Images.fromEnvironment();
        String kubeconfig = System.getenv("KUBECONFIG");
        if (kubeconfig != null && !kubeconfig.isBlank()) {
            String load = System.getenv("OMNISQL_E2E_LOAD");
            if (load != null && !load.isBlank()) {
                List<String> command = new ArrayList<>(List.of(load.strip().split("\\s+")));
                command.addAll(images.all());
                run(command);
            }
            return Optional.of(new Kubernetes(client(Config.fromKubeconfig(new File(kubeconfig))), images, null));
        }
        return DockerClientFactory.instance().isDockerAvailable() ? Optional.of(inContainer(images)) : Optional.empty();
    }

    private static Kubernetes inContainer(Images images) throws IOException, InterruptedException {
        var name = DockerImageName.parse(Images.environment("OMNISQL_E2E_K3S_IMAGE", K3S))
                .asCompatibleSubstituteFor("rancher/k3s");
        var container = new K3sContainer(name);
        container.start();
        Path archive = Files.createTempFile("omnisql-images-", ".tar");
        try {
            List<String> save = new ArrayList<>(List.of("docker", "save", "-o", archive.toString()));
            save.addAll(images.all());
            run(save);
            container.copyFileToContainer(MountableFile.forHostPath(archive), "/tmp/images.tar");
            var imported = container.execInContainer("ctr", "-n", "k8s.io", "images", "import", "/tmp/images.tar");
            if (imported.getExitCode() != 0) {
                throw new IOException("The images were not imported: " + imported.getStderr());
            }
        } finally {
            Files.delete(archive);
        }
        return new Kubernetes(client(Config.fromKubeconfig(container.getKubeConfigYaml())), images, container);
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(COMMAND_MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("Failed: " + String.join(" ", command));
        }
    }

    KubernetesClient client() {
        return client;
    }

    Images images() {
        return images;
    }

    @Override
    public void close() {
        operator.close();
        client.close();
        if (container != null) {
            container.stop();
        }
    }
}
