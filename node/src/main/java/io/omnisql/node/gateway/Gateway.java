package io.omnisql.node.gateway;

import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.replica.ReplicaListener;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Status;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Executes clients' statements for one group: writes through the log, reads at their level. Knows no wire and no disk. Every wait
 * ends by the request's deadline with the truth: done, not done, or unknown.
 */
public final class Gateway implements ReplicaListener, PeerCalls.Handler, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Gateway.class);
    private static final long SWEEP_MILLIS = 10;
    private static final long COMPARE_MILLIS = 1_000;

    private final WritePath writePath;
    private final ReadPath readPath;
    private final PeerReads peerReads;
    private final PeerReadIndexes readIndexes;
    private final boolean isReader;
    private final DivergenceMonitor divergence;
    private final Removal removal = new Removal();
    private volatile RequestListener listener = RequestListener.NONE;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gateway-timer").daemon().factory());

    /**
     * What the gateway talks to.
     *
     * @param askedMembers whom it asks for read indexes; null when this node is no reader, so that its own core is asked
     */
    public record Parts(
            ReplicaAccess replica,
            WritePlanner planner,
            PendingWrites pendingWrites,
            SqlReader reader,
            PeerCalls peers,
            DivergenceMonitor divergence,
            @Nullable Supplier<List<NodeId>> askedMembers) {}

    /** Bounds: see {@link io.omnisql.node.Limits}. */
    public record Bounds(int entryBytesMax, int writesInFlightMax, int readsWaitingMax) {}

    /** Ready at once; {@link #start} begins the retries. */
    public Gateway(Parts parts, Bounds bounds) {
        this.isReader = parts.askedMembers != null;
        Supplier<List<NodeId>> members = parts.askedMembers == null ? List::of : parts.askedMembers;
        // Ids of a former life must not come again: a late answer to one of them would allow a stale read.
        var readIds = new AtomicLong(new SecureRandom().nextLong());
        LongPredicate core = parts.replica.loop()::requestReadIndex;
        this.readIndexes = new PeerReadIndexes(
                readIds::incrementAndGet,
                core,
                new PeerReadIndexes.Asked(parts.peers, members, this::read),
                bounds.readsWaitingMax);
        var questions = new Freshness.Questions(readIds::incrementAndGet, isReader ? readIndexes::ask : core);
        this.readPath = new ReadPath(parts.replica, questions, isReader, removal, bounds.readsWaitingMax);
        this.writePath = new WritePath(
                parts.replica,
                parts.planner,
                parts.pendingWrites,
                removal,
                new WritePath.WriteLimits(bounds.entryBytesMax, bounds.writesInFlightMax));
        this.peerReads = new PeerReads(readPath::await, parts.reader, parts.peers, timer);
        this.divergence = parts.divergence;
    }

    /** Begins retries and the comparison of digests. Once only. */
    public void start() {
        var _ = timer.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(this::compare, COMPARE_MILLIS, COMPARE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Brings statements through the log as one atomic entry. Completes exceptionally only when the node is broken. */
    public CompletionStage<WriteOutcome> write(WriteCommand command) {
        if (isReader) {
            return CompletableFuture.completedFuture(new WriteOutcome.NotDone(ReadReplica.WRITE_REFUSED));
        }
        long began = System.nanoTime();
        return writePath.write(command).whenComplete((outcome, failure) -> {
            if (failure == null) {
                listener.writeEnded(outcome, Duration.ofNanos(System.nanoTime() - began));
            }
        });
    }

    /** Waits until a read may be answered, and says where. Reads in a transaction block ask at level linearizable. */
    public CompletionStage<ReadGrant> awaitRead(ReadRequest request) {
        long began = System.nanoTime();
        return readPath.await(request).whenComplete((grant, failure) -> {
            if (failure == null) {
                listener.readGranted(request.level(), grant, Duration.ofNanos(System.nanoTime() - began));
            }
        });
    }

    /** Executes reads at the leader, wherever that is, and brings the results here. */
    public CompletionStage<ReadAnswer> readAtLeader(Reading reading, ReadRequest request) {
        return peerReads.readAtLeader(reading, request);
    }

    /** This node is no member any more: in a moment requests that wait are given up. */
    public void removed() {
        removal.begin(System.nanoTime());
    }

    /** This node was no member any more when it started: it refuses what needs the log at once. */
    public void startedRemoved() {
        removal.beganLongAgo(System.nanoTime());
    }

    /** Why clients had better go elsewhere; nothing while they need not. */
    public Optional<SqlError> unavailability() {
        return removal.refusal(System.nanoTime());
    }

    /** Whether this node is a read replica, which refuses every write. */
    public boolean isReader() {
        return isReader;
    }

    /** How many reads wait for their turn. */
    public int readsWaiting() {
        return readPath.size();
    }

    /** How often this node asked for a read index so that local reads may know how stale they are, since the start. */
    public long freshnessRounds() {
        return readPath.freshnessRounds();
    }

    /** From now on this one hears how requests end. */
    public void setListener(RequestListener listener) {
        this.listener = listener;
    }

    @Override
    public void notProposed(long proposalId, ProposeResult reason) {
        writePath.refused(proposalId);
    }

    @Override
    public void proposal(ProposalOutcome outcome) {
        writePath.proposal(outcome);
    }

    @Override
    public void read(ReadOutcome outcome) {
        if (!readIndexes.ended(outcome)) {
            readPath.read(outcome);
        }
    }

    @Override
    public void changed(Status status) {
        timer.execute(this::sweep);
    }

    @Override
    public CompletionStage<byte[]> handle(NodeId from, PeerCalls.Kind kind, byte[] payload) {
        return switch (kind) {
            case SNAPSHOT_OPEN, SNAPSHOT_READ, HAND_OVER, PROGRESS, HOLD ->
                CompletableFuture.failedFuture(new IllegalArgumentException("Not a question for the gateway: " + kind));
            case READ_AT_LEADER -> peerReads.answer(payload);
            case READ_INDEX -> readIndexes.answer();
            case DIGESTS -> CompletableFuture.completedFuture(divergence.answer());
        };
    }

    private void sweep() {
        try {
            long now = System.nanoTime();
            writePath.sweep(now);
            readPath.sweep(now);
        } catch (RuntimeException | Error e) {
            // A timer that dies silently would leave clients waiting for ever.
            LOG.error("The sweep over waiting requests failed", e);
        }
    }

    private void compare() {
        try {
            divergence.compare();
        } catch (RuntimeException | Error e) {
            LOG.error("The comparison of digests failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
