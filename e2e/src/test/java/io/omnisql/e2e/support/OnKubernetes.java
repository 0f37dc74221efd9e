package io.omnisql.e2e.support;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives all test classes of a run the same cluster, and skips them, aloud, where there is none. */
public final class OnKubernetes implements BeforeAllCallback {
    private @Nullable Kubernetes kubernetes;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        var found = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(OnKubernetes.class))
                .computeIfAbsent(Found.class, key -> Found.now(), Found.class);
        if (found.kubernetes == null) {
            System.err.println("SKIPPED: " + context.getDisplayName() + ": no KUBECONFIG and no Docker, so no cluster");
        }
        Assumptions.assumeTrue(found.kubernetes != null, "no KUBECONFIG and no Docker, so no cluster");
        kubernetes = found.kubernetes;
    }

    /** Three nodes in a namespace of their own; to be closed. */
    public Installation install() throws IOException {
        return Installation.of(Objects.requireNonNull(kubernetes));
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
