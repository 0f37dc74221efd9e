package io.omnisql.node.apply;

import io.omnisql.node.Limits;
import io.omnisql.node.gateway.AppliedResults;
import io.omnisql.node.gateway.ResultDigests;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.node.replica.Applier;
import io.omnisql.node.replica.DurableLog;
import io.omnisql.omnipaxos.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Executes decided entries in this node's PostgreSQL: in order, each exactly once, several in one transaction. Trouble of this node's
 * own stops it until it is gone; it never skips an entry.
 */
public final class PostgresApplier implements Applier, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PostgresApplier.class);
    private static final Duration READY_MAX = Duration.ofSeconds(10);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final long PAUSE_MILLIS_MIN = 50;
    private static final long PAUSE_MILLIS_MAX = 2_000;
    private static final long LOG_READ_BYTES_MAX = 1L << 20;

    private static final ApplyStatus.State RUNNING = new ApplyStatus.State.Running();

    private final PostgresInstance postgres;
    private final Limits limits;
    private final OutcomeBuilder outcomes;
    private final ApplyQueue queue;
    private final Publication publication;
    private final DigestCheckpoints checkpoints = new DigestCheckpoints();
    private final Counters counters = new Counters();
    private final Rulings rulings;
    private final Gate gate;
    private final SlowCommands slow;
    private final ApplyRun.Surroundings surroundings;
    private final ApplyWatch watch;
    private final Thread thread = Thread.ofPlatform().name("applier").daemon().unstarted(this::run);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile ApplyStatus.State state = new ApplyStatus.State.Starting();
    /** Up to which slot clients were told. */
    private long known;

    /**
     * What it works with.
     *
     * @param appliedIndex is told how far the log is applied, and retreats when PostgreSQL lost commits
     * @param results is told what commands gave
     * @param consent with whom it agrees to give a command up
     */
    public record Parts(
            PostgresInstance postgres,
            DurableLog log,
            AppliedIndex appliedIndex,
            AppliedResults results,
            Consent consent) {}

    /** An applier for a database that {@link DatabaseBootstrap} prepared. Fails when what it promised others cannot be read. */
    public PostgresApplier(Parts parts, Limits limits) throws IOException {
        DurableLog log = parts.log;
        AppliedIndex appliedIndex = parts.appliedIndex;
        AppliedResults results = parts.results;
        this.postgres = parts.postgres;
        this.limits = limits;
        this.outcomes = new OutcomeBuilder(results, limits.resultBytesMax());
        this.queue = new ApplyQueue(
                log,
                limits.applyQueueBytesMax(),
                LOG_READ_BYTES_MAX,
                () -> results.isAnyAwaited() || appliedIndex.isAwaited());
        appliedIndex.onWaiter(queue::nudge);
        this.publication = new Publication(appliedIndex);
        this.rulings = new Rulings(log);
        this.gate = new Gate(new GateFile(parts.consent.file()), rulings, parts.consent.unsureBelow());
        this.slow = new SlowCommands(parts.consent, gate, rulings, results);
        var activity = new Activity();
        this.surroundings =
                new ApplyRun.Surroundings(queue, publication, results, checkpoints, activity, gate, counters);
        this.watch = new ApplyWatch(
                new ApplyWatch.Watched(activity, publication, counters, slow),
                () -> sessions().system(),
                PATIENCE);
    }

    /** Starts to apply. */
    public void start() {
        postgres.addListener(new PostgresInstance.Listener() {
            @Override
            public void ready() {
                LOG.debug("PostgreSQL is ready");
            }

            @Override
            public void died() {
                publication.died();
                queue.nudge();
            }
        });
        thread.start();
        watch.start();
    }

    @Override
    public void decided(long from, List<Entry> entries) {
        rulings.decided(from, entries); // First: when the applier takes a command, what was decided after it is known.
        queue.add(from, entries);
    }

    /** Answers a peer that asks this node to hold a command's outcome back until the log rules on it. */
    public CompletionStage<byte[]> hold(byte[] question) {
        var answer = new CompletableFuture<byte[]>();
        Thread.startVirtualThread(() -> {
            try {
                answer.complete(slow.answer(question));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** The command that has been executing for long, if there is one. */
    public Optional<SlowCommand> slowCommand() {
        return gate.slowCommand();
    }

    /**
     * From now on this node tries to have a command given up by all, as long as that is the one that it executes. Whether it came to
     * that, its result tells.
     *
     * @param anyway even if the members changed since it was decided: no former member may have told anybody of its effect
     */
    public void giveUp(long slot, boolean anyway) {
        slow.want(new Ruling(slot, anyway ? Ruling.Sentence.CANCEL_ANYWAY : Ruling.Sentence.CANCEL));
    }

    /** Digests of results, to be compared with the peers'. */
    public ResultDigests digests() {
        return checkpoints;
    }

    /** Below this index nothing is needed from the log any more, even after power loss. */
    public long durableAppliedIndex() {
        return publication.durable();
    }

    /** Changes whenever a command may have changed the catalog; means nothing else and is forgotten at a restart. */
    public long catalogVersion() {
        return counters.catalogVersion();
    }

    /** How it is doing now. */
    public ApplyStatus status() {
        return new ApplyStatus(
                publication.applied(),
                publication.durable(),
                queue.decidedIndex(),
                state,
                queue.bytes(),
                counters.groupCount(),
                counters.entryCount(),
                counters.retryCount());
    }

    /** Stops after the transaction at hand. */
    @Override
    public void close() {
        closed.countDown();
        queue.close();
        gate.close();
        watch.close();
        try {
            if (!thread.join(CLOSE_MAX)) {
                LOG.warn("The applier's transaction at hand is given up");
                surroundings.activity().breakOff();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        state = new ApplyStatus.State.Stopped();
    }

    private void run() {
        long pause = PAUSE_MILLIS_MIN;
        while (isOpen()) {
            long entriesBefore = counters.entryCount();
            try {
                live();
            } catch (IOException | NodeTrouble | RuntimeException e) {
                trouble(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause = counters.entryCount() > entriesBefore ? PAUSE_MILLIS_MIN : Math.min(2 * pause, PAUSE_MILLIS_MAX);
            pause(pause);
        }
    }

    /** From one reading of the ledger to the next trouble. */
    private void live() throws IOException, NodeTrouble, InterruptedException {
        postgres.awaitReady(READY_MAX);
        try (ApplyRun run = ApplyRun.start(surroundings, limits, sessions(), outcomes)) {
            run.tellRecorded(known);
            known = Math.max(known, run.position());
            LOG.infof("Applying: appliedIndex=%d", run.position());
            boolean isUnderWay =
                    !(state instanceof ApplyStatus.State.Retrying) || queue.decidedIndex() <= run.position();
            while (isOpen()) {
                if (isUnderWay) {
                    state = RUNNING;
                }
                run.step();
                known = Math.max(known, run.position());
                isUnderWay = true;
            }
        }
    }

    private void trouble(Exception cause) {
        if (!isOpen()) {
            return;
        }
        counters.retried();
        String reason = String.valueOf(cause.getMessage());
        if (!(state instanceof ApplyStatus.State.Retrying(String known)) || !known.equals(reason)) {
            if (cause instanceof RuntimeException) {
                LOG.errorf(cause, "Nothing is applied until this is gone: %s", reason);
            } else {
                LOG.errorf("Nothing is applied until this is gone: %s", reason);
            }
        }
        state = new ApplyStatus.State.Retrying(reason);
    }

    private void pause(long millis) {
        try {
            var _ = closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOpen() {
        return closed.getCount() > 0;
    }

    private ApplierSessions sessions() {
        return new ApplierSessions(postgres, DatabaseBootstrap.DATABASE, outcomes);
    }
}
