package io.omnisql.e2e.support;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives all test classes of a run the same Kubernetes cluster, and skips them, aloud, where there is none. It also has an installation for all
 * tests that leave one as well as they found it.
 */
public final class OnKubernetes implements BeforeAllCallback, AfterTestExecutionCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(OnKubernetes.class);

    private ExtensionContext.@Nullable Store store;
    private @Nullable Kubernetes kubernetes;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        store = context.getRoot().getStore(NAMESPACE);
        var found = store.computeIfAbsent(Found.class, key -> Found.now(), Found.class);
        if (found.kubernetes == null) {
            System.err.println("SKIPPED: " + context.getDisplayName() + ": no KUBECONFIG and no Docker, so no cluster");
        }
        Assumptions.assumeTrue(found.kubernetes != null, "no KUBECONFIG and no Docker, so no cluster");
        kubernetes = found.kubernetes;
    }

    /** What a test left behind that failed is nobody else's; its story is told. */
    @Override
    public void afterTestExecution(ExtensionContext context) {
        var failure = context.getExecutionException();
        if (failure.isEmpty() || failure.get() instanceof org.opentest4j.TestAbortedException) {
            return;
        }
        var shared = store().remove(Shared.class, Shared.class);
        if (shared != null) {
            System.err.println("FAILED: " + context.getDisplayName() + "\n" + shared.installation.story());
            shared.close();
        }
    }

    /** Three nodes in a namespace of their own; to be closed. */
    public Installation install() throws IOException {
        return Installation.of(kubernetes(), Sample.THREE_NODES);
    }

    /** One node in a namespace of its own; to be closed. */
    public Installation installOneNode() throws IOException {
        return Installation.of(kubernetes(), Sample.ONE_NODE);
    }

    /** The operator by the Helm chart instead of the one file, without any cluster; to be closed. Skips the test where that cannot be. */
    public Chart installChart() throws IOException, InterruptedException {
        Chart.assumeHelm();
        kubernetes().operator().assumeOurs();
        var shared = store().remove(Shared.class, Shared.class);
        if (shared != null) {
            shared.close();
        }
        return Chart.install(kubernetes());
    }

    /** Three nodes that are ready, in the state in which the test before left them; not to be closed. */
    public Installation shared() {
        var installation =
                store().computeIfAbsent(Shared.class, key -> Shared.of(kubernetes()), Shared.class).installation;
        installation.awaitReady();
        return installation;
    }

    /** The machines. */
    public Machines machines() {
        return kubernetes().machines();
    }

    /** Ends the operator at once; another one is made. */
    public void killOperator() {
        Operator.kill(kubernetes().client());
    }

    /** Another image of the node, as a next release would be. */
    public String nextNode() throws IOException, InterruptedException {
        return kubernetes().nextNode();
    }

    private ExtensionContext.Store store() {
        return Objects.requireNonNull(store);
    }

    private Kubernetes kubernetes() {
        return Objects.requireNonNull(kubernetes);
    }

    /** Installed once. */
    private record Shared(Installation installation) implements AutoCloseable {
        static Shared of(Kubernetes kubernetes) {
            try {
                return new Shared(Installation.of(kubernetes, Sample.THREE_NODES));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            installation.close();
        }
    }

    /** Looked for once. */
    private record Found(@Nullable Kubernetes kubernetes) implements AutoCloseable {
        static Found now() {
            try {
                return new Found(Kubernetes.find().orElse(null));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            if (kubernetes != null) {
                kubernetes.close();
            }
        }
    }
}
