package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * The cluster's machines. What Kubernetes cannot do to them, the command in {@code OMNISQL_E2E_MACHINE} does, with the arguments {@code stop},
 * {@code start}, {@code partition} or {@code heal}, and the machine's name.
 */
public final class Machines {
    private static final Duration DRAINED_MAX = Duration.ofMinutes(3);
    private static final Duration SEEN_MAX = Duration.ofMinutes(3);
    private static final String HOOK = "OMNISQL_E2E_MACHINE";

    /** By which a person tells Kubernetes that a machine does not come back by itself, so that its pods may be made elsewhere. */
    private static final Taint OUT_OF_SERVICE =
            new Taint("NoExecute", "node.kubernetes.io/out-of-service", null, "nodeshutdown");

    private final KubernetesClient client;

    Machines(KubernetesClient client) {
        this.client = client;
    }

    /** Skips the test, aloud, where nobody can stop or cut off a machine. */
    public Machines assumeHook() {
        if (Images.environment(HOOK, "").isEmpty()) {
            System.err.println("SKIPPED: no " + HOOK + ", so machines cannot be stopped or cut off");
        }
        Assumptions.assumeFalse(Images.environment(HOOK, "").isEmpty(), HOOK + " is not set");
        return this;
    }

    /** A machine with a database's node on it, without which the API server, the clients and the operator go on. */
    public String expendable(Installation cluster) throws IOException {
        cluster.psql();
        List<String> needed = new ArrayList<>(apiServers());
        needed.add(cluster.nodes().machine("psql"));
        String machine = cluster.pods().stream()
                .map(cluster.nodes()::machine)
                .filter(found -> !needed.contains(found))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No machine but those of " + needed));
        if (Operator.machine(client).equals(machine)) {
            cordon(machine);
            Operator.kill(client);
            Operator.awaitReady(client);
            uncordon(machine);
        }
        return machine;
    }

    private List<String> apiServers() {
        var endpoints =
                client.endpoints().inNamespace("default").withName("kubernetes").get();
        var addresses = endpoints.getSubsets().stream()
                .flatMap(subset -> subset.getAddresses().stream())
                .map(address -> address.getIp())
                .toList();
        return client.nodes().list().getItems().stream()
                .filter(node -> node.getStatus().getAddresses().stream()
                        .anyMatch(address -> addresses.contains(address.getAddress())))
                .map(node -> node.getMetadata().getName())
                .toList();
    }

    /** Evicts all pods but those of DaemonSets, as {@code kubectl drain} does; tells how long it took. */
    public Duration drain(String machine) {
        long start = System.nanoTime();
        cordon(machine);
        Awaitility.await()
                .atMost(DRAINED_MAX)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    podsOn(machine).forEach(this::evict);
                    assertThat(podsOn(machine)).isEmpty();
                });
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<Pod> podsOn(String machine) {
        return client.pods().inAnyNamespace().withField("spec.nodeName", machine).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .noneMatch(owner -> owner.getKind().equals("DaemonSet")))
                .toList();
    }

    /** Whether the pod may go: a disruption budget can refuse it. */
    private boolean evict(Pod pod) {
        return client.pods().resource(pod).evict();
    }

    private void cordon(String machine) {
        unschedulable(machine, true);
    }

    /** Pods may come again. */
    public void uncordon(String machine) {
        unschedulable(machine, false);
    }

    private void unschedulable(String machine, boolean value) {
        client.nodes()
                .withName(machine)
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .withUnschedulable(value)
                        .endSpec()
                        .build());
    }

    /** Switches it off. */
    public void stop(String machine) throws IOException, InterruptedException {
        hook("stop", machine);
        awaitReady(machine, false);
    }

    /** Switches it on again; returns when Kubernetes has it back. */
    public void start(String machine) throws IOException, InterruptedException {
        hook("start", machine);
        awaitReady(machine, true);
    }

    /** Cuts it off from all others. */
    public void partition(String machine) throws IOException, InterruptedException {
        hook("partition", machine);
        awaitReady(machine, false);
    }

    /** Takes the cut back. */
    public void heal(String machine) throws IOException, InterruptedException {
        hook("heal", machine);
        awaitReady(machine, true);
    }

    /** Tells Kubernetes that the machine, which was stopped, does not come back by itself. */
    public void giveUp(String machine) {
        client.nodes()
                .withName(machine)
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .addToTaints(OUT_OF_SERVICE)
                        .endSpec()
                        .build());
    }

    /** Takes that back. */
    public void takeBack(String machine) {
        client.nodes()
                .withName(machine)
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .removeMatchingFromTaints(
                                taint -> OUT_OF_SERVICE.getKey().equals(taint.getKey()))
                        .endSpec()
                        .build());
    }

    private void awaitReady(String machine, boolean ready) {
        Awaitility.await().atMost(SEEN_MAX).until(() -> {
            Node node = client.nodes().withName(machine).get();
            return Readiness.isNodeReady(node) == ready;
        });
    }

    private static void hook(String verb, String machine) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(System.getenv(HOOK).strip().split("\\s+")));
        command.add(verb);
        command.add(machine);
        Commands.run(command);
    }
}
