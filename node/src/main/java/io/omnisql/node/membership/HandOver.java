package io.omnisql.node.membership;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Gives the lead to another member as planned: the leader asks it to take over, so no timeout passes. */
public final class HandOver {
    private static final Logger LOG = Logger.getLogger(HandOver.class);
    /** What an administrator waits for at most. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration ATTEMPT = Duration.ofMillis(500);

    private final ReplicaLoop loop;
    private final StatusWatch watch;
    private final PeerCalls peers;

    /** Asks the leader through {@code peers} when that is another node. */
    public HandOver(ReplicaLoop loop, StatusWatch watch, PeerCalls peers) {
        this.loop = loop;
        this.watch = watch;
        this.peers = peers;
    }

    /** Returns when another member, this one if one is named, leads. */
    public Reply order(@Nullable Long memberId, Duration patience) throws InterruptedException {
        NodeId to = memberId == null ? null : new NodeId(memberId);
        Optional<Status> led = watch.await(status -> status.leader() != null, patience);
        if (led.isEmpty()) {
            return Reply.unavailable("no_leader", "no leader is known here");
        }
        NodeId before = led.get().leader();
        if (to != null && !led.get().configuration().replicas().contains(to)) {
            return Reply.badRequest("memberId: " + to + " is no member");
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Status now = loop.status();
            if (now != null && now.leader() != null && isReached(now, before, to)) {
                return new Reply.Done(Map.of("leader", now.leader().value()));
            }
            if (now != null && now.leader() != null) {
                ask(now, now.leader(), to);
            }
            var _ = watch.await(status -> isReached(status, before, to), ATTEMPT);
        }
        return Reply.unavailable(
                "not_handed_over", "the lead was not taken over within " + patience.toSeconds() + " s");
    }

    private static boolean isReached(Status status, @Nullable NodeId before, @Nullable NodeId to) {
        NodeId leader = status.leader();
        if (leader == null || status.phase() != Status.Phase.ACCEPT) {
            return false;
        }
        return to == null ? !leader.equals(before) : leader.equals(to);
    }

    private void ask(Status status, NodeId leader, @Nullable NodeId to) {
        if (leader.equals(status.node())) {
            loop.transferLeadership(to);
            return;
        }
        byte[] question = ByteBuffer.allocate(Long.BYTES)
                .putLong(to == null ? 0 : to.value())
                .array();
        var _ = peers.call(leader, PeerCalls.Kind.HAND_OVER, question, ATTEMPT).whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.debugf("The leader was not asked to hand over: cause=%s", failure.getMessage());
            }
        });
    }

    /** A leader that will stop soon lets another member lead first, if it can. */
    public void giveUpTheLead(Duration patience) throws InterruptedException {
        Status status = loop.status();
        boolean canLeave = status != null
                && status.isLeading()
                && status.configuration().replicas().size() > 1;
        if (canLeave && order(null, patience) instanceof Reply.Refused refused) {
            LOG.warnf("The lead was not handed over: %s", refused.message());
        }
    }

    /** Does at the leader what a peer asks there. */
    public byte[] answer(byte[] question) {
        long to = ByteBuffer.wrap(question).getLong();
        loop.transferLeadership(to == 0 ? null : new NodeId(to));
        return new byte[0];
    }
}
