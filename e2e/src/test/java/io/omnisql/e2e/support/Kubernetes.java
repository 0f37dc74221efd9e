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

    private final KubernetesClient client;
    private final Images images;
    private final @Nullable K3sContainer container;
    private final Operator operator;

    private Kubernetes(KubernetesClient client, Images images, @Nullable K3sContainer container, Operator operator) {
        this.client = client;
        this.images = images;
        this.container = container;
        this.operator = operator;
    }

    /** The cluster; none where there is neither a {@code KUBECONFIG} nor a Docker. */
    static Optional<Kubernetes> find() throws IOException, InterruptedException {
        Images images = Images.fromEnvironment();
        String kubeconfig = System.getenv("KUBECONFIG");
        if (kubeconfig != null && !kubeconfig.isBlank()) {
            return Optional.of(started(client(Config.fromKubeconfig(new File(kubeconfig))), images, null));
        }
        return DockerClientFactory.instance().isDockerAvailable() ? Optional.of(inContainer(images)) : Optional.empty();
    }

    private static Kubernetes inContainer(Images images) throws IOException, InterruptedException {
        var name = DockerImageName.parse(Images.environment("OMNISQL_E2E_K3S_IMAGE", K3S))
                .asCompatibleSubstituteFor("rancher/k3s");
        var container = new K3sContainer(name);
        container.start();
        return started(client(Config.fromKubeconfig(container.getKubeConfigYaml())), images, container);
    }

    private static Kubernetes started(KubernetesClient client, Images images, @Nullable K3sContainer container)
            throws IOException, InterruptedException {
        bring(container, images.all());
        return new Kubernetes(client, images, container, Operator.install(client, images));
    }

    private static void bring(@Nullable K3sContainer container, List<String> images)
            throws IOException, InterruptedException {
        if (container != null) {
            bringInto(container, images);
            return;
        }
        String load = System.getenv("OMNISQL_E2E_LOAD");
        if (load != null && !load.isBlank()) {
            List<String> command = new ArrayList<>(List.of(load.strip().split("\\s+")));
            command.addAll(images);
            Commands.run(command);
        }
    }

    private static void bringInto(K3sContainer container, List<String> images)
            throws IOException, InterruptedException {
        Path archive = Files.createTempFile("omnisql-images-", ".tar");
        try {
            List<String> save = new ArrayList<>(List.of("docker", "save", "-o", archive.toString()));
            save.addAll(images);
            Commands.run(save);
            container.copyFileToContainer(MountableFile.forHostPath(archive), "/tmp/images.tar");
            var imported = container.execInContainer("ctr", "-n", "k8s.io", "images", "import", "/tmp/images.tar");
            if (imported.getExitCode() != 0) {
                throw new IOException("The images were not imported: " + imported.getStderr());
            }
        } finally {
            Files.delete(archive);
        }
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** The same node under another tag, as the next release would be: brought into the cluster, too. */
    String nextNode() throws IOException, InterruptedException {
        String given = System.getenv("OMNISQL_E2E_NEXT_NODE_IMAGE");
        if (given != null && !given.isBlank()) {
            return given;
        }
        String next = images.node() + "-next";
        Commands.run(List.of("docker", "tag", images.node(), next));
        bring(container, List.of(next));
        return next;
    }

    Machines machines() {
        return new Machines(client);
    }

    KubernetesClient client() {
        return client;
    }

    Operator operator() {
        return operator;
    }

    /** A file for programs of this machine that reach the cluster. */
    Path kubeconfig() throws IOException {
        if (container == null) {
            return Path.of(System.getenv("KUBECONFIG"));
        }
        Path file = Files.createTempFile("omnisql-kubeconfig-", ".yaml"); // For its owner only.
        file.toFile().deleteOnExit();
        return Files.writeString(file, container.getKubeConfigYaml());
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
