package io.omnisql.node;

import io.omnisql.node.replica.ReplicaLoop;
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

    /** A new cluster's first leader is often replaced within its first second: nodes that start at different moments outbid each other. */
    private static final int SETTLED_CHECKS = 5;

    private final Vertx vertx;
    private final ReplicaLoop loop;
    private final long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    private int attempts;
    private int ledChecks;

    private InitialLeadership(Vertx vertx, ReplicaLoop loop) {
        this.vertx = vertx;
        this.loop = loop;
    }

    /** What the claimer does now. */
    enum Step {
        WAIT,
        CLAIM,
        LEADING
    }

    /** Watches who leads during the first minute, and takes its place a few times at most, until it has led for a while. */
    static void claim(Vertx vertx, ReplicaLoop loop) {
        var claim = new InitialLeadership(vertx, loop);
        vertx.setPeriodic(CHECK_MILLIS, claim::check);
    }

    private void check(long timer) {
        Status status = loop.status();
        if (loop.hasEnded() || System.nanoTime() - deadlineNanos >= 0 || attempts >= ATTEMPTS_MAX) {
            vertx.cancelTimer(timer);
            return;
        }
        switch (status == null ? Step.WAIT : step(status)) {
            case WAIT -> {}
            case CLAIM -> attempts += loop.tryBecomeLeader() ? 1 : 0;
            case LEADING -> led(timer);
        }
    }

    private void led(long timer) {
        ledChecks++;
        if (ledChecks >= SETTLED_CHECKS) {
            vertx.cancelTimer(timer);
        }
    }

    /**
     * Before a quorum has joined the round nobody really leads. Whoever has led for a while and lost the lead lost it for a reason. And who
     * hears no quorum would only depose a leader that can decide, to lead nobody: in a partial partition that stops all writes.
     */
    static Step step(Status status) {
        if (status.isLeading()) {
            return Step.LEADING;
        }
        boolean isOthersLead = status.leader() != null
                && !status.node().equals(status.leader())
                && status.phase() == Status.Phase.ACCEPT;
        long heard = 1 + status.peers().stream().filter(Status.Peer::connected).count();
        return isOthersLead && heard >= status.configuration().quorum().prepare() ? Step.CLAIM : Step.WAIT;
    }
}
