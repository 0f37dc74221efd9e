package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output.Outgoing;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Messages that wait for others to the same peer, so that they share its packet: the news that entries are decided, when no client of
 * that peer waits for it. The next entries mostly follow at once, and a packet of its own costs both nodes more than its content.
 * Only in a turn.
 */
final class Company {
    static final Duration WAIT_MAX = Duration.ofMillis(1);

    /** How long a peer is taken for one whose clients wait, after the last question of one. */
    private static final long ASKING_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int PEERS_MAX = 1_024;

    private final PeerLinks links;
    private final Map<NodeId, Long> askedNanos = new TreeMap<>();
    private final Set<NodeId> waiting = new TreeSet<>();
    private long sinceNanos;

    Company(PeerLinks links) {
        this.links = links;
    }

    /** A client of this peer waits until it knows what is decided: it has proposed something here, or asks for a read index. */
    void asks(NodeId peer, long nowNanos) {
        if (askedNanos.size() < PEERS_MAX || askedNanos.containsKey(peer)) {
            askedNanos.put(peer, nowNanos);
        }
    }

    void send(Outgoing outgoing, long nowNanos) {
        NodeId to = outgoing.to();
        if (outgoing.message() instanceof Message.Decide && !isAsking(to, nowNanos)) {
            if (waiting.isEmpty()) {
                sinceNanos = nowNanos;
            }
            waiting.add(to);
            links.sendInCompany(to, outgoing.message());
        } else {
            waiting.remove(to);
            links.send(to, outgoing.message());
        }
    }

    private boolean isAsking(NodeId peer, long nowNanos) {
        Long last = askedNanos.get(peer);
        return last != null && nowNanos - last <= ASKING_NANOS;
    }

    /** Whether something waits. */
    boolean isAwaited() {
        return !waiting.isEmpty();
    }

    /** Lets go what has waited long enough. */
    void release(long nowNanos) {
        if (!waiting.isEmpty() && nowNanos - sinceNanos >= WAIT_MAX.toNanos()) {
            waiting.clear();
            links.flush();
        }
    }

    /** How long to sleep at most, in nanoseconds, when {@code nanos} were the choice of others. */
    long untilRelease(long nanos, long nowNanos) {
        return waiting.isEmpty() ? nanos : Math.min(nanos, sinceNanos + WAIT_MAX.toNanos() - nowNanos);
    }
}
