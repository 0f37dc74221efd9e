package io.omnisql.e2e.support;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The operator, installed by the project's Helm chart instead of its one file; {@code HELM} names the program, else it is on the path. */
public final class Chart implements AutoCloseable {
    private static final String CHART =
            Path.of("..", "manifests", "helm", "omnisql-operator").toString();
    private static final String RELEASE = "omnisql-operator";

    private final Kubernetes kubernetes;
    private final Path kubeconfig;

    private Chart(Kubernetes kubernetes, Path kubeconfig) {
        this.kubernetes = kubernetes;
        this.kubeconfig = kubeconfig;
    }

    /** Skips the test, aloud, where there is no Helm. */
    static void assumeHelm() {
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder).resolve(helm()))
                .anyMatch(Files::isExecutable);
        if (!found) {
            System.err.println("SKIPPED: no Helm: HELM names none, and none is on the path");
        }
        Assumptions.assumeTrue(found, "there is no Helm");
    }

    private static String helm() {
        return Images.environment("HELM", "helm");
    }

    /** In the place of the other installation; returns when it runs. */
    static Chart install(Kubernetes kubernetes) throws IOException, InterruptedException {
        kubernetes.operator().remove();
        var chart = new Chart(kubernetes, kubernetes.kubeconfig());
        var images = kubernetes.images();
        List<String> arguments = new ArrayList<>(List.of("install", RELEASE, CHART, "--create-namespace", "--wait"));
        arguments.addAll(values("operator", images.operator()));
        arguments.addAll(values("node", images.node()));
        arguments.addAll(values("postgres", images.postgres()));
        chart.helm(arguments);
        return chart;
    }

    private static List<String> values(String name, String image) {
        int tag = image.lastIndexOf(':');
        return List.of(
                "--set",
                "images.%s.repository=%s".formatted(name, image.substring(0, tag)),
                "--set-string",
                "images.%s.tag=%s".formatted(name, image.substring(tag + 1)));
    }

    private void helm(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(helm()));
        command.addAll(arguments);
        command.addAll(List.of("--namespace", Operator.NAMESPACE, "--kubeconfig", kubeconfig.toString()));
        Commands.run(command);
    }

    /** Takes it away again. */
    public void uninstall() throws IOException, InterruptedException {
        helm(List.of("uninstall", RELEASE, "--wait", "--ignore-not-found"));
    }

    /** What is there of the release, by kind and name. */
    public List<String> objects() {
        KubernetesClient client = kubernetes.client();
        return Stream.of(
                        client.apps().deployments().inAnyNamespace(),
                        client.pods().inAnyNamespace(),
                        client.serviceAccounts().inAnyNamespace(),
                        client.rbac().roles().inAnyNamespace(),
                        client.rbac().roleBindings().inAnyNamespace(),
                        client.rbac().clusterRoles(),
                        client.rbac().clusterRoleBindings(),
                        client.apiextensions().v1().customResourceDefinitions())
                .flatMap(kind -> kind.withLabel("app.kubernetes.io/instance", RELEASE).list().getItems().stream())
                .map(HasMetadata.class::cast)
                .map(object -> object.getKind() + " " + object.getMetadata().getName())
                .sorted()
                .toList();
    }

    /** Puts the other installation in its place, which finds the clusters that are there. */
    public void replace() throws IOException, InterruptedException {
        uninstall();
        kubernetes.operator().restore();
    }

    @Override
    public void close() throws IOException {
        try {
            replace();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
