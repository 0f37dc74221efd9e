package io.omnisql.node.admin;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The node as this room sees it: nothing until it has begun to start. */
@Singleton
public class NodeView {
    private final NodeMetrics metrics;
    private volatile @Nullable Watched watched;
    private volatile boolean draining;

    @Inject
    NodeView(NodeMetrics metrics) {
        this.metrics = metrics;
    }

    /** A node and how far it must have caught up before it is ready. */
    record Watched(NodeFacts facts, CaughtUp caughtUp) {}

    /** From now on status, readiness and metrics tell of this node; again when another one runs in its place. */
    public void open(NodeFacts facts) {
        watched = new Watched(facts, new CaughtUp());
        metrics.bind(facts);
    }

    /** From now on the node is not ready and has no status: it stops. */
    public void close() {
        watched = null;
    }

    /** Other members are in force. */
    public void membersChanged() {
        Watched seen = watched;
        if (seen != null) {
            metrics.bindPeers(seen.facts);
        }
    }

    /** Clients shall not be sent here, or shall again. */
    public void drain(boolean drain) {
        draining = drain;
    }

    /** Whether clients shall not be sent here. */
    public boolean isDraining() {
        return draining;
    }

    Optional<Watched> get() {
        return Optional.ofNullable(watched);
    }
}
