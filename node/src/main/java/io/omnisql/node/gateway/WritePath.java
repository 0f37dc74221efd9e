package io.omnisql.node.gateway;

import io.omnisql.node.gateway.WritePlanner.Planned;
import io.omnisql.node.sql.CommandCodec;
import io.omnisql.node.sql.CommandEnvelope;
import io.omnisql.node.sql.MalformedCommand;
import io.omnisql.node.sql.ReplicatedCommand;
import io.omnisql.node.sql.RequestId;
import io.omnisql.node.sql.StatementDraft;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings a client's statements into the log, again and again under the same request id until they are applied here or the
 * deadline passes. The applier executes a repeated command only once.
 */
final class WritePath {

    private static final int PLANS_MAX = 8;
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private final ReplicaAccess replica;
    private final WritePlanner planner;
    private final PendingWrites pending;
    private final Removal removal;
    private final int entryBytesMax;
    private final int writesInFlightMax;
    private final ConcurrentMap<Long, PendingWrite> attempts = new ConcurrentHashMap<>();
    /** Ids of a former life of this process must not come again: a late answer to one of them is of another attempt. */
    private final AtomicLong attemptIds = new AtomicLong(new SecureRandom().nextLong());

    private final SecureRandom seeds = new SecureRandom();

    WritePath(ReplicaAccess replica, WritePlanner planner, PendingWrites pending, Removal removal, WriteLimits limits) {
        this.replica = replica;
        this.planner = planner;
        this.pending = pending;
        this.removal = removal;
        this.entryBytesMax = limits.entryBytesMax;
        this.writesInFlightMax = limits.writesInFlightMax;
    }

    record WriteLimits(int entryBytesMax, int writesInFlightMax) {}

    CompletionStage<WriteOutcome> write(WriteCommand command) {
        return removal.refusal(System.nanoTime()).map(WritePath::notDone).orElseGet(() -> write(command, PLANS_MAX));
    }

    private CompletionStage<WriteOutcome> write(WriteCommand command, int plansLeft) {
        long plannedAt = replica.appliedIndex().get(); // Before the plan looks at anything.
        CompletionStage<Planned> plan = planner.plan(command)
                .exceptionally(failure -> new Planned.Refused(SqlError.of(
                        "57P03",
                        "this node's PostgreSQL cannot be asked now; nothing was done: " + failure.getMessage())));
        return plan.thenCompose(planned -> switch (planned) {
            case Planned.Refused(SqlError error) -> CompletableFuture.completedFuture(new WriteOutcome.NotDone(error));
            case Planned.Ready ready ->
                submit(command, ready, plannedAt)
                        .thenCompose(first -> retryWithInputs(command, ready, plannedAt, first))
                        .thenCompose(outcome -> planAgain(command, plansLeft - 1, outcome));
        });
    }

    /** A default or a function asked for time or chance although nothing in the statement's text did: it had no effect yet. */
    private CompletionStage<WriteOutcome> retryWithInputs(
            WriteCommand command, Planned.Ready ready, long plannedAt, WriteOutcome first) {
        if (!endedWith(first, StatementDraft.INPUTS_MISSING) || ready.needsInputs()) {
            return CompletableFuture.completedFuture(first);
        }
        return submit(following(command, "inputs"), new Planned.Ready(ready.statements(), true), plannedAt);
    }

    /** A definition came between the plan and the command's place in the log: it had no effect yet. */
    private CompletionStage<WriteOutcome> planAgain(WriteCommand command, int plansLeft, WriteOutcome outcome) {
        if (!endedWith(outcome, ReplicatedCommand.PLAN_OUTDATED)) {
            return CompletableFuture.completedFuture(outcome);
        }
        return plansLeft > 0
                ? write(following(command, "plan"), plansLeft)
                : notDone(SqlError.withHint(
                        "40001",
                        "definitions changed again and again while the write was on its way; nothing was done",
                        "Try again."));
    }

    private static boolean endedWith(WriteOutcome outcome, String sqlState) {
        return outcome instanceof WriteOutcome.Applied(AppliedResult result)
                && !result.results().isEmpty()
                && sqlState.equals(result.results().getLast().sqlState());
    }

    /** The same command as one of its own; whoever repeats the first comes to the second by the same way. */
    private static WriteCommand following(WriteCommand command, String why) {
        RequestId id = command.requestId();
        return new WriteCommand(
                command.client(),
                new RequestId(id.sessionHigh() + why.hashCode(), ~id.sessionLow(), id.sequence()),
                command.idempotencyKey() == null ? null : command.idempotencyKey() + "\u0000" + why,
                command.statements(),
                command.deadlineNanos(),
                command.session());
    }

    private CompletionStage<WriteOutcome> submit(WriteCommand command, Planned.Ready ready, long plannedAt) {
        if (replica.loop().status() == null) {
            return notDone(SqlError.of("57P03", "the node is starting up"));
        }
        if (pending.size() >= writesInFlightMax) {
            return notDone(SqlError.withHint(
                    "53400", "too many writes of this node wait for their result", "Try again with fewer at once."));
        }
        RequestId requestId = command.idempotencyKey() == null
                ? command.requestId()
                : IdempotencyKeys.requestId(command.client().sessionUser(), command.idempotencyKey());
        var replicated = new ReplicatedCommand(envelope(command, ready, requestId, plannedAt), ready.statements());
        byte[] bytes;
        try {
            bytes = CommandCodec.encode(replicated, entryBytesMax);
        } catch (MalformedCommand tooLarge) {
            return notDone(SqlError.withHint(
                    "54000", String.valueOf(tooLarge.getMessage()), "Split it into several commands."));
        }
        var write = new PendingWrite(requestId, new Entry.Command(bytes), command.deadlineNanos(), command.session());
        PendingWrite earlier = pending.register(write);
        if (earlier != null) {
            return earlier.outcome; // The client repeats its own key while the first attempt is underway.
        }
        attempt(write, System.nanoTime());
        return write.outcome;
    }

    private CommandEnvelope envelope(WriteCommand command, Planned.Ready ready, RequestId requestId, long plannedAt) {
        ClientFacts client = command.client();
        return new CommandEnvelope(
                requestId,
                command.idempotencyKey() != null,
                plannedAt,
                client.sessionUser(),
                client.role(),
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()),
                ready.needsInputs() ? seeds.nextLong() : 0,
                ready.needsInputs(),
                client.settings());
    }

    private void attempt(PendingWrite write, long nowNanos) {
        if (!write.beginAttempt(nowNanos)) {
            return;
        }
        long attemptId = attemptIds.incrementAndGet();
        attempts.put(attemptId, write);
        if (!replica.loop().propose(attemptId, write.entry)) {
            refused(attemptId);
        }
    }

    /** The protocol did not take the attempt up. */
    void refused(long attemptId) {
        PendingWrite write = attempts.remove(attemptId);
        if (write != null) {
            write.attemptRefused(System.nanoTime() + RETRY_NANOS);
        }
    }

    void proposal(ProposalOutcome outcome) {
        switch (outcome) {
            case ProposalOutcome.Placed placed -> {} // Not decided yet: nothing to tell anybody.
            case ProposalOutcome.Decided(long attemptId, long slot) -> attempts.remove(attemptId);
            case ProposalOutcome.Superseded(long attemptId) -> superseded(attemptId);
        }
    }

    private void superseded(long attemptId) {
        PendingWrite write = attempts.remove(attemptId);
        if (write != null) {
            write.attemptLost(System.nanoTime() + RETRY_NANOS);
        }
    }

    /** Tries again what is due, and gives up what is late. Called every few milliseconds. */
    void sweep(long nowNanos) {
        for (PendingWrite write : pending.all()) {
            if (removal.isLate(write.deadlineNanos, nowNanos)) {
                giveUp(write);
            } else {
                attempt(write, nowNanos);
            }
        }
    }

    private void giveUp(PendingWrite write) {
        pending.forget(write);
        attempts.values().remove(write);
        pending.complete(
                write,
                write.isInDoubt()
                        ? new WriteOutcome.Unknown(
                                SqlError.withHint(
                                        "40003",
                                        "the outcome of the write is unknown: no quorum confirmed it in time",
                                        "It may still take effect. Give omnisql.idempotency_key to be able to ask again safely."))
                        : new WriteOutcome.NotDone(removal.reason(noLeader())));
    }

    static SqlError noLeader() {
        return SqlError.withHint(
                "57P03",
                "no leader could be reached in time; nothing was done",
                "Check that a majority of nodes is up.");
    }

    private static CompletionStage<WriteOutcome> notDone(SqlError error) {
        return CompletableFuture.completedFuture(new WriteOutcome.NotDone(error));
    }
}
