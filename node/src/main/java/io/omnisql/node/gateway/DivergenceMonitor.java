package io.omnisql.node.gateway;

import io.omnisql.omnipaxos.NodeId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Compares the digests of results with the peers' in the background. A difference is an alarm: replicas no longer agree. */
public final class DivergenceMonitor {
    private static final Logger LOG = Logger.getLogger(DivergenceMonitor.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int CHECKPOINT_BYTES = 16;

    private final ResultDigests own;
    private final PeerCalls peers;
    private final Supplier<List<NodeId>> others;
    private final ConcurrentSkipListMap<NodeId, Divergence> divergences = new ConcurrentSkipListMap<>();
    private volatile long comparedSlots;

    /** Compares {@code own} with what {@code others}, who may change, tell. */
    public DivergenceMonitor(ResultDigests own, PeerCalls peers, Supplier<List<NodeId>> others) {
        this.own = own;
        this.peers = peers;
        this.others = others;
    }

    /** Two replicas disagree at a slot. Stays until the node is started again: nobody may miss it. */
    public record Divergence(NodeId peer, long slot, long ownDigest, long peerDigest) {}

    /** Asks every peer once; does not wait. */
    public void compare() {
        for (NodeId peer : others.get()) {
            var _ = peers.call(peer, PeerCalls.Kind.DIGESTS, new byte[0], TIMEOUT)
                    .whenComplete((answer, failure) -> {
                        if (failure == null) {
                            compare(peer, answer);
                        } else {
                            LOG.debugf("No digests from a peer: peer=%s cause=%s", peer, failure.getMessage());
                        }
                    });
        }
    }

    private void compare(NodeId peer, byte[] answer) {
        SortedMap<Long, Long> mine = own.recent();
        for (Map.Entry<Long, Long> checkpoint : decoded(answer).entrySet()) {
            Long ownDigest = mine.get(checkpoint.getKey());
            if (ownDigest == null) {
                continue;
            }
            comparedSlots = Math.max(comparedSlots, checkpoint.getKey());
            if (!ownDigest.equals(checkpoint.getValue())) {
                alarm(new Divergence(peer, checkpoint.getKey(), ownDigest, checkpoint.getValue()));
                return;
            }
        }
    }

    private void alarm(Divergence divergence) {
        if (divergences.putIfAbsent(divergence.peer(), divergence) == null) {
            LOG.errorf(
                    "Replicas disagree: peer=%s slot=%d ownDigest=%016x peerDigest=%016x",
                    divergence.peer(), divergence.slot(), divergence.ownDigest(), divergence.peerDigest());
        }
    }

    /** The peers with which this node disagrees, and since where. */
    public List<Divergence> divergences() {
        return List.copyOf(divergences.values());
    }

    /** Up to which slot results were compared with at least one peer. */
    public long comparedSlots() {
        return comparedSlots;
    }

    byte[] answer() {
        SortedMap<Long, Long> mine = own.recent();
        ByteBuffer bytes = ByteBuffer.allocate(mine.size() * CHECKPOINT_BYTES);
        mine.forEach((slot, digest) -> bytes.putLong(slot).putLong(digest));
        return bytes.array();
    }

    private static SortedMap<Long, Long> decoded(byte[] answer) {
        SortedMap<Long, Long> checkpoints = new TreeMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        while (bytes.remaining() >= CHECKPOINT_BYTES) {
            checkpoints.put(bytes.getLong(), bytes.getLong());
        }
        return checkpoints;
    }
}
