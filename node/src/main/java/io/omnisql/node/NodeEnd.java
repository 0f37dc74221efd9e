package io.omnisql.node;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The node's end in order. A signal stops the frame around the node at once; what is closed here is closed before that, while event
 * loops and HTTP still work. Readiness went before, {@code omnisql.node.stop-delay} ago.
 */
@Singleton
class NodeEnd {
    private volatile @Nullable NodeLife life;

    /** This life is closed when the process is told to end. */
    void endsWith(NodeLife running) {
        life = running;
    }

    void onShutdown(@Observes ShutdownEvent event) {
        NodeLife running = life;
        if (running != null) {
            running.close();
        }
    }
}
