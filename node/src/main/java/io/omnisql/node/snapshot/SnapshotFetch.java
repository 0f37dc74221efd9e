package io.omnisql.node.snapshot;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.replica.SnapshotNeeds;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a snapshot when this node needs one: from a follower if it can, one at a time, until it has one or the log helped after all.
 * Then {@code fetched} is called, once in this object's life.
 */
final class SnapshotFetch implements SnapshotNeeds, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SnapshotFetch.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(20);

    private final SnapshotFolder folder;
    private final Target target;
    private final PeerCalls peers;
    private final Runnable fetched;
    private final AtomicLong minimumIndex = new AtomicLong();
    private final AtomicBoolean running = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Download download;
    private volatile @Nullable Thread thread;

    /**
     * The node that lacks a state.
     *
     * @param status null until the replica runs
     */
    record Target(NodeId self, Supplier<@Nullable Status> status, LongSupplier appliedIndex) {}

    SnapshotFetch(SnapshotFolder folder, Target target, PeerCalls peers, Runnable fetched) {
        this.folder = folder;
        this.target = target;
        this.peers = peers;
        this.fetched = fetched;
    }

    @Override
    public void required(NodeId teller, long minimum) {
        minimumIndex.accumulateAndGet(minimum, Math::max);
        if (closed.getCount() > 0 && running.compareAndSet(false, true)) {
            LOG.infof("A snapshot is needed: minimumIndex=%d teller=%s", minimum, teller);
            thread = Thread.ofVirtual().name("snapshot-fetch").start(this::run);
        }
    }

    /** Whether this node waits for a snapshot. */
    boolean isRunning() {
        return running.get();
    }

    /** How much of it has arrived. */
    long bytes() {
        Download current = download;
        return current == null ? 0 : current.bytes();
    }

    private void run() {
        Duration pause = PAUSE_MIN;
        String lastTrouble = "";
        try {
            while (isNeeded()) {
                String trouble = tryAll();
                if (trouble.isEmpty()) {
                    return; // Still running: what is here makes more of them useless.
                }
                if (!trouble.equals(lastTrouble)) {
                    LOG.warnf("No snapshot yet: %s", trouble);
                    lastTrouble = trouble;
                }
                var _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            }
            running.set(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isNeeded() {
        return closed.getCount() > 0 && target.appliedIndex().getAsLong() < minimumIndex.get();
    }

    /** Why no peer gave one; empty when one did. */
    private String tryAll() throws InterruptedException {
        List<String> troubles = new ArrayList<>();
        for (NodeId peer : candidates()) {
            try {
                fetchFrom(peer);
                return "";
            } catch (IOException | RuntimeException e) {
                if (Thread.interrupted() || closed.getCount() == 0) {
                    throw new InterruptedException("The node stops");
                }
                troubles.add(peer + ": " + e.getMessage());
            }
        }
        return troubles.isEmpty() ? "no peer is known" : String.join("; ", troubles);
    }

    private void fetchFrom(NodeId peer) throws IOException, InterruptedException {
        var current = new Download(folder, peers, peer, minimumIndex.get(), closed);
        download = current;
        SnapshotContents contents = current.run();
        if (!isNeeded()) {
            throw new IOException("The log helped meanwhile");
        }
        folder.complete(contents);
        LOG.infof(
                "Snapshot fetched: peer=%s bytes=%d index>=%d",
                peer, contents.bytes(), contents.mark().index());
        fetched.run();
    }

    /** Connected followers, the connected leader, then whoever may be there. */
    private List<NodeId> candidates() {
        Status status = target.status().get();
        List<NodeId> candidates = new ArrayList<>();
        if (status == null) {
            return candidates;
        }
        for (Status.Peer peer : status.peers()) {
            if (peer.connected() && !peer.node().equals(status.leader())) {
                candidates.add(peer.node());
            }
        }
        if (status.leader() != null) {
            candidates.add(status.leader());
        }
        for (NodeId replica : status.configuration().replicas()) {
            if (!candidates.contains(replica)) {
                candidates.add(replica);
            }
        }
        candidates.remove(target.self());
        return candidates;
    }

    @Override
    public void close() {
        closed.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
