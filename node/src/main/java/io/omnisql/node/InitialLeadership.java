package io.omnisql.node;

import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Asks for the leadership of a new cluster on behalf of the node that its configuration names. Priorities decide between nodes that
 * run for leader at the same moment; whoever starts first, or is the least busy with its start, would lead all the same.
 */
final class InitialLeadership {
    private static final long CHECK_MILLIS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int ATTEMPTS_MAX = 3;

    private final Vertx vertx;
    private final ReplicaLoop loop;
    private final NodeId self;
    private final long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    private int attempts;

    private InitialLeadership(Vertx vertx, ReplicaLoop loop, NodeId self) {
        this.vertx = vertx;
        this.loop = loop;
        this.self = self;
    }

    /** Watches who leads during the first minute, and takes its place a few times at most. */
    static void claim(Vertx vertx, ReplicaLoop loop, NodeId self) {
        var claim = new InitialLeadership(vertx, loop, self);
        vertx.setPeriodic(CHECK_MILLIS, claim::check);
    }

    private void check(long timer) {
        Status status = loop.status();
        if (loop.hasEnded() || System.nanoTime() - deadlineNanos >= 0 || attempts >= ATTEMPTS_MAX) {
            vertx.cancelTimer(timer);
            return;
        }
        // Before a quorum has joined the round nobody really leads.
        if (status == null || status.leader() == null || status.phase() != Status.Phase.ACCEPT) {
            return;
        }
        if (!self.equals(status.leader()) && loop.tryBecomeLeader()) {
            attempts++;
        }
    }
}
