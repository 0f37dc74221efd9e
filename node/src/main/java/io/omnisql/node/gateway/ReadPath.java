package io.omnisql.node.gateway;

import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Lets a read wait until this node may answer it at its level, or says which node may. */
final class ReadPath {
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private final ReplicaAccess replica;
    private final Freshness.Questions questions;
    private final boolean isReader;
    private final Removal removal;
    private final int waitingMax;
    private final Freshness freshness;
    private final ConcurrentMap<Long, PendingRead> pending = new ConcurrentHashMap<>();

    /** @param isReader whether no leader is known here, so that reads at level leader are confirmed as linearizable ones */
    ReadPath(ReplicaAccess replica, Freshness.Questions questions, boolean isReader, Removal removal, int waitingMax) {
        this.replica = replica;
        this.questions = questions;
        this.isReader = isReader;
        this.removal = removal;
        this.waitingMax = waitingMax;
        this.freshness = new Freshness(questions, new SteadyClock(), replica.appliedIndex());
    }

    CompletionStage<ReadGrant> await(ReadRequest request) {
        long appliedIndex = applied();
        if (request.level() == ReadLevel.LOCAL
                && request.notBefore() <= appliedIndex
                && freshness.isWithin(request.maxStaleness(), appliedIndex)) {
            return CompletableFuture.completedFuture(new ReadGrant.Local(appliedIndex));
        }
        if (pending.size() >= waitingMax) {
            return CompletableFuture.completedFuture(new ReadGrant.Refused(
                    SqlError.of("53400", "more than " + waitingMax + " reads of this node wait for their turn")));
        }
        var read = new PendingRead(questions.ids().getAsLong(), request, freshness.now());
        pending.put(read.id, read);
        begin(read);
        return read.grant;
    }

    private long applied() {
        return replica.appliedIndex().get();
    }

    private void begin(PendingRead read) {
        switch (read.request.level()) {
            case LOCAL -> here(read);
            case LEADER -> atLeader(read);
            case LINEARIZABLE -> confirm(read);
        }
    }

    /** With a bound, it must see what was decided until so long before it came, however long it waits from then on. */
    private void here(PendingRead read) {
        Duration bound = read.request.maxStaleness();
        if (freshness.isWithin(bound, applied())) {
            awaitApplied(read, read.request.notBefore());
            return;
        }
        var _ = freshness.readIndexSince(read.cameNanos - bound.toNanos()).thenAccept(readIndex -> {
            if (!pending.containsKey(read.id)) {
                return; // Given up meanwhile.
            }
            if (readIndex.isPresent()) {
                awaitApplied(read, readIndex.getAsLong());
            } else {
                read.retryAt(System.nanoTime() + RETRY_NANOS);
            }
        });
    }

    private void confirm(PendingRead read) {
        if (!questions.ask().test(read.id)) {
            read.retryAt(System.nanoTime() + RETRY_NANOS);
        }
    }

    private void atLeader(PendingRead read) {
        if (isReader) {
            confirm(read);
            return;
        }
        Status status = replica.loop().status();
        if (status != null && status.isLeading()) {
            // What its predecessor acknowledged a new leader may not know yet: it is below its round start index.
            awaitApplied(read, Math.max(status.decidedIndex(), status.roundStartIndex()));
        } else if (status != null && status.leader() != null && !status.leader().equals(status.node())) {
            if (read.request.isHere()) {
                confirm(read);
            } else {
                finish(read, new ReadGrant.AtLeader(status.leader()));
            }
        } else {
            read.retryAt(System.nanoTime() + RETRY_NANOS);
        }
    }

    private void awaitApplied(PendingRead read, long index) {
        CompletableFuture<Long> reached = replica.appliedIndex().await(Math.max(index, read.request.notBefore()));
        read.awaited(reached);
        var _ = reached.whenComplete((applied, failure) -> {
            if (failure == null) {
                finish(read, new ReadGrant.Local(applied));
            } else if (!reached.isCancelled()) {
                finish(read, new ReadGrant.Refused(SqlError.of("53400", String.valueOf(failure.getMessage()))));
            }
        });
    }

    void read(ReadOutcome outcome) {
        if (freshness.ended(outcome)) {
            return;
        }
        PendingRead read = pending.get(outcome.readId());
        if (read == null) {
            return; // Given up meanwhile.
        }
        switch (outcome) {
            case ReadOutcome.Ready(long id, long readIndex) -> {
                freshness.learned(readIndex, read.cameNanos);
                awaitApplied(read, readIndex);
            }
            case ReadOutcome.Failed(long id) -> read.retryAt(System.nanoTime() + RETRY_NANOS);
        }
    }

    /** Tries again what is due, and gives up what is late. Called every few milliseconds. */
    void sweep(long nowNanos) {
        for (PendingRead read : pending.values()) {
            if (removal.isLate(read.request.deadlineNanos(), nowNanos)) {
                finish(read, new ReadGrant.Refused(removal.reason(late(read.request))));
            } else if (read.isDue(nowNanos)) {
                begin(read);
            }
        }
    }

    private SqlError late(ReadRequest request) {
        boolean isHere = request.level() == ReadLevel.LOCAL;
        if (isHere && request.notBefore() <= applied()) {
            return SqlError.withHint(
                    "57P03",
                    "this node could not show in time that it is at most "
                            + request.maxStaleness().toMillis() + " ms behind (omnisql.max_staleness)",
                    "Check that it reaches its leader and a majority is up, read at another node, or without a bound.");
        }
        if (isHere) {
            return SqlError.withHint(
                    "57P03",
                    "this node has executed " + applied() + " entries; " + request.notBefore()
                            + " (omnisql.not_before, or an outcome that the session was told) were not reached in time",
                    "Check that the number came from this cluster, and that the node follows its leader.");
        }
        return SqlError.withHint(
                "57P03",
                "the read could not be answered at level " + request.level().text() + " in time",
                "Check that a majority of nodes is up, or read at level local.");
    }

    private void finish(PendingRead read, ReadGrant grant) {
        if (pending.remove(read.id, read)) {
            read.finish(grant);
        }
    }

    int size() {
        return pending.size();
    }

    /** How often a read index was asked for so that local reads may know how stale they are. */
    long freshnessRounds() {
        return freshness.rounds();
    }

    private static final class PendingRead {
        final long id;
        final ReadRequest request;
        /** On the clock of {@link Freshness}. Retries keep it: an answer to an earlier question may come for a later one. */
        final long cameNanos;

        final CompletableFuture<ReadGrant> grant = new CompletableFuture<>();
        private @Nullable CompletableFuture<Long> awaited;
        private boolean due;
        private long dueAtNanos;

        PendingRead(long id, ReadRequest request, long cameNanos) {
            this.id = id;
            this.request = request;
            this.cameNanos = cameNanos;
        }

        synchronized void awaited(CompletableFuture<Long> reached) {
            awaited = reached;
        }

        synchronized void retryAt(long nanos) {
            due = true;
            dueAtNanos = nanos;
        }

        synchronized boolean isDue(long nowNanos) {
            boolean now = due && nowNanos - dueAtNanos >= 0;
            if (now) {
                due = false;
            }
            return now;
        }

        void finish(ReadGrant given) {
            CompletableFuture<Long> waiting;
            synchronized (this) {
                waiting = awaited;
            }
            if (waiting != null) {
                waiting.cancel(false);
            }
            grant.complete(given);
        }
    }
}
