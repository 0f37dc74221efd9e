package io.omnisql.node.snapshot;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives peers a snapshot of this node: at most one lies on the disk, all who ask while it is new enough share it, and it is deleted
 * when nobody has read of it for a while.
 */
final class SnapshotServer implements PeerCalls.Handler, AutoCloseable {
    /** The most that one answer holds. */
    static final int PART_BYTES_MAX = 1 << 20;

    private static final Logger LOG = Logger.getLogger(SnapshotServer.class);
    private static final Duration IN_USE = Duration.ofSeconds(30);
    private static final Duration IDLE_MAX = Duration.ofMinutes(3);
    private static final Duration CHECK = Duration.ofSeconds(15);
    private static final int ANSWERS_MAX = 8;

    private final SnapshotFolder folder;
    private final SnapshotTaker.Source source;
    private final SnapshotTaker taker;
    private final Executor paced;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore answers = new Semaphore(ANSWERS_MAX);
    private final SecureRandom random = new SecureRandom();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Spool current;

    SnapshotServer(SnapshotFolder folder, SnapshotTaker.Source source) {
        this.folder = folder;
        this.source = source;
        this.taker = new SnapshotTaker(source);
        long microsPerPart = TimeUnit.SECONDS.toMicros(PART_BYTES_MAX >> 10) / source.rateKib();
        this.paced = CompletableFuture.delayedExecutor(microsPerPart, TimeUnit.MICROSECONDS, blocking);
        blocking.execute(this::dropWhenIdle);
    }

    @Override
    public CompletionStage<byte[]> handle(NodeId from, PeerCalls.Kind kind, byte[] payload) {
        return switch (kind) {
            case SNAPSHOT_OPEN -> answer(blocking, () -> open(payload));
            case SNAPSHOT_READ -> answer(paced, () -> read(payload));
            case READ_AT_LEADER, DIGESTS, HAND_OVER, PROGRESS, READ_INDEX, HOLD ->
                CompletableFuture.failedFuture(new IllegalArgumentException("Not a question for snapshots: " + kind));
        };
    }

    private CompletionStage<byte[]> answer(Executor executor, Callable<byte[]> question) {
        if (!answers.tryAcquire()) {
            return CompletableFuture.failedFuture(new IOException("Too many read snapshots here already"));
        }
        var answer = new CompletableFuture<byte[]>();
        try {
            executor.execute(() -> {
                try {
                    answer.complete(question.call());
                } catch (Exception e) { // Whatever it is, the peer must hear of it.
                    answer.completeExceptionally(e);
                }
            });
        } catch (RuntimeException closing) {
            answer.completeExceptionally(closing);
        }
        return answer.whenComplete((bytes, failure) -> answers.release());
    }

    /** How much of a snapshot was written; 0 when there is none. */
    long bytes() {
        Spool spool = current;
        return spool == null ? 0 : spool.bytes();
    }

    boolean isTaking() {
        Spool spool = current;
        return spool != null && spool.isBeingTaken();
    }

    private byte[] open(byte[] payload) throws IOException {
        long minimumIndex = SnapshotCodec.decodeNumber(payload);
        return SnapshotCodec.encodeNumber(openFrom(minimumIndex).id());
    }

    /** Takes one as if a peer had asked, unless one of all that is applied is there already. */
    void take() throws IOException {
        var _ = openFrom(source.appliedIndex().getAsLong());
    }

    private synchronized Spool openFrom(long minimumIndex) throws IOException {
        Spool known = current;
        if (known != null && !known.hasFailed() && known.fromIndex() >= minimumIndex) {
            known.used();
            return known;
        }
        if (known != null && !known.hasFailed() && !known.isIdleFor(IN_USE)) {
            throw new IOException("An older snapshot is in use here, from index " + known.fromIndex());
        }
        long applied = source.appliedIndex().getAsLong();
        if (applied < minimumIndex || closed.getCount() == 0) {
            throw new IOException("This node has applied " + applied + " entries, asked for are " + minimumIndex);
        }
        drop();
        long id = random.nextLong();
        var spool = new Spool(id, applied, folder.taken(id));
        current = spool;
        blocking.execute(() -> taker.take(spool, folder));
        return spool;
    }

    private byte[] read(byte[] payload) throws IOException {
        SnapshotCodec.ReadRequest request = SnapshotCodec.decodeRequest(payload);
        Spool spool = current;
        if (spool == null || spool.id() != request.id()) {
            throw new IOException("That snapshot is not here any more");
        }
        return SnapshotCodec.encode(spool.read(request.offset(), PART_BYTES_MAX));
    }

    private void dropWhenIdle() {
        try {
            while (!closed.await(CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
                dropIfIdle();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void dropIfIdle() {
        Spool spool = current;
        if (spool != null && (spool.hasFailed() || spool.isIdleFor(IDLE_MAX))) {
            drop();
        }
    }

    private void drop() {
        Spool spool = current;
        current = null;
        if (spool == null) {
            return;
        }
        try {
            spool.delete();
        } catch (IOException e) {
            LOG.warnf("A snapshot could not be deleted: id=%016x cause=%s", spool.id(), e.getMessage());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        blocking.shutdownNow(); // A backup under way ends with its session.
        synchronized (this) {
            drop();
        }
    }
}
