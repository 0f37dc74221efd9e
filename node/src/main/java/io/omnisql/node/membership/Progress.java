package io.omnisql.node.membership;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far this node is behind the group. A learner only knows as decided what it was given: it asks the members, again and again. On a
 * virtual thread of its own.
 */
public final class Progress implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final ReplicaLoop loop;
    private final PeerCalls peers;
    private final LongSupplier appliedIndex;
    private final KeepingUp keepingUp = new KeepingUp();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long toldIndex;
    private volatile long toldNanos;
    private volatile boolean told;
    private volatile boolean wasCaughtUp;

    private Progress(ReplicaLoop loop, PeerCalls peers, LongSupplier appliedIndex) {
        this.loop = loop;
        this.peers = peers;
        this.appliedIndex = appliedIndex;
    }

    /** Begins. */
    public static Progress start(ReplicaLoop loop, PeerCalls peers, LongSupplier appliedIndex) {
        var progress = new Progress(loop, peers, appliedIndex);
        Thread.ofVirtual().name("progress").start(progress::run);
        return progress;
    }

    private void run() {
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                Status status = loop.status();
                if (status != null && status.role() == Status.Role.LEARNER) {
                    status.configuration().replicas().forEach(this::ask);
                }
                boolean _ = wasCaughtUp(); // Looks, so that it is known when somebody asks.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(NodeId member) {
        var _ = peers.call(member, PeerCalls.Kind.PROGRESS, new byte[0], FRESH).thenAccept(answer -> {
            toldIndex = Math.max(toldIndex, ByteBuffer.wrap(answer).getLong());
            toldNanos = System.nanoTime();
            told = true;
        });
    }

    /** What a peer is told. */
    public byte[] answer() {
        Status status = loop.status();
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(status == null ? 0 : status.decidedIndex())
                .array();
    }

    /** Decided entries, as far as known here or told by members, that this node has not executed. */
    public long lagEntries() {
        long applied = appliedIndex.getAsLong(); // First: it only grows towards what is known.
        return Math.max(0, knownIndex(loop.status()) - applied);
    }

    private long knownIndex(@Nullable Status status) {
        return Math.max(status == null ? 0 : status.decidedIndex(), toldIndex);
    }

    /** Whether hardly anything is missing, and what is missing comes. */
    public boolean isCaughtUp() {
        Status status = loop.status();
        boolean isVoter = status != null && status.role() != Status.Role.LEARNER;
        boolean knows = isVoter || isTold();
        return knows && keepingUp.isCaughtUp(knownIndex(status), appliedIndex.getAsLong(), System.nanoTime());
    }

    /** Whether a member of the configuration that is in force here told a learner something lately. */
    public boolean isTold() {
        return told && System.nanoTime() - toldNanos < FRESH.toNanos();
    }

    /** The same as {@link #isCaughtUp} while members tell a learner; it stays what it was while none does. */
    public boolean wasCaughtUp() {
        boolean caughtUp = isCaughtUp();
        if (caughtUp || isTold()) {
            wasCaughtUp = caughtUp;
        }
        return wasCaughtUp;
    }

    /** What is told about this node as one that shall get a vote. */
    public Introduction.Learning learning() {
        Status status = loop.status();
        boolean isLearner = status != null && status.role() == Status.Role.LEARNER;
        return new Introduction.Learning(
                isLearner, isCaughtUp(), lagEntries(), status == null ? 0 : status.acceptedIndex());
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
