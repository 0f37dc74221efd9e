package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.ReadAnswer;
import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.ReadRequest;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.WaitingSession;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.gateway.WriteOutcome;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One session's requests to the gateway: answers come back on the session's event loop, and a waiting client may give up. */
final class ClusterCalls {
    private static final Logger LOG = Logger.getLogger(ClusterCalls.class);

    /** How long a client that cancels its write waits for the members to give it up. */
    private static final Duration GIVING_UP_MAX = Duration.ofSeconds(5);

    private final ClusterStatements cluster;
    private final Context context;
    private long lastAppliedIndex;
    private @Nullable Writing write;
    private @Nullable Runnable cancellation;

    ClusterCalls(ClusterStatements cluster, Context context) {
        this.cluster = cluster;
        this.context = context;
    }

    /** The greatest applied index that this session was told of. */
    long lastAppliedIndex() {
        return lastAppliedIndex;
    }

    /** Whether a write is on its way. */
    boolean isWriting() {
        return write != null;
    }

    /**
     * Ends the wait with the truth; false when nothing waits here. For a write the truth may be that all members give it up, which takes
     * them a moment: a second request ends the wait at once.
     */
    boolean cancel() {
        Runnable running = cancellation;
        if (running == null) {
            return false;
        }
        Writing wanted = write;
        if (wanted != null && !wanted.hasGivenUp) {
            wanted.hasGivenUp = true;
            long timer = context.owner().setTimer(GIVING_UP_MAX.toMillis(), ignored -> running.run());
            LOG.debugf("A write is given up: timer=%d", timer);
        } else {
            running.run();
        }
        return true;
    }

    /** This session while it waits for one write. */
    private final class Writing implements WaitingSession {
        private volatile boolean hasGivenUp;

        @Override
        public void execute(Runnable task) {
            context.runOnContext(ignored -> task.run());
        }

        @Override
        public boolean hasGivenUp() {
            return hasGivenUp;
        }
    }

    Future<WriteOutcome> write(
            SessionState state, ClientFacts facts, ClientSettings settings, List<WriteStatement> all) {
        var writing = new Writing();
        write = writing;
        var command = new WriteCommand(
                facts, state.nextRequestId(), settings.idempotencyKey(), all, deadline(settings), writing);
        return this.<WriteOutcome>awaited(
                        () -> cluster.write(command),
                        new WriteOutcome.Unknown(SqlError.withHint(
                                SqlState.STATEMENT_COMPLETION_UNKNOWN,
                                "canceling the wait for a write due to user request: it may still take effect",
                                "Read to see, or send it again with the same omnisql.idempotency_key.")),
                        new WriteOutcome.Unknown(SqlError.of(
                                SqlState.STATEMENT_COMPLETION_UNKNOWN,
                                "this node failed while the write was on its way: it may have taken effect")))
                .onSuccess(this::remember);
    }

    private void remember(WriteOutcome outcome) {
        write = null;
        if (outcome instanceof WriteOutcome.Applied applied) {
            lastAppliedIndex = Math.max(lastAppliedIndex, applied.result().appliedIndex());
        }
    }

    /**
     * Waits until a read may be answered.
     *
     * @param isHere whether it must be answered by this node itself
     */
    Future<ReadGrant> awaitRead(ReadLevel level, ClientSettings settings, boolean isHere) {
        // A write's outcome is told before its effect shows: whoever has heard of it must find it there.
        long notBefore = Math.max(settings.notBefore(), lastAppliedIndex);
        var request = new ReadRequest(level, notBefore, settings.maxStaleness(), deadline(settings), isHere);
        return this.<ReadGrant>awaited(
                        () -> cluster.awaitRead(request),
                        new ReadGrant.Refused(canceled()),
                        new ReadGrant.Refused(broken()))
                .onSuccess(grant -> {
                    if (grant instanceof ReadGrant.Local local) {
                        lastAppliedIndex = Math.max(lastAppliedIndex, local.appliedIndex());
                    }
                });
    }

    /** How many entries this node has executed, for SHOW: it waits for {@code omnisql.not_before}, but shows no data that could be stale. */
    Future<ReadGrant> awaitAppliedIndex(ClientSettings settings) {
        return awaitRead(ReadLevel.LOCAL, settings.withMaxStaleness(Duration.ZERO), true);
    }

    Future<ReadAnswer> readAtLeader(ClientFacts facts, ClientSettings settings, List<WriteStatement> statements) {
        List<ReplicatedStatement> portable = statements.stream()
                .map(statement -> new ReplicatedStatement(
                        statement.sql(), Grouping.SHARED, statement.parameters(), statement.resultFormats()))
                .toList();
        var reading = new Reading(facts.sessionUser(), facts.role(), facts.settings(), portable);
        var request = new ReadRequest(
                ReadLevel.LEADER, settings.notBefore(), settings.maxStaleness(), deadline(settings), false);
        return awaited(
                () -> cluster.readAtLeader(reading, request),
                new ReadAnswer.Refused(canceled()),
                new ReadAnswer.Refused(broken()));
    }

    private static long deadline(ClientSettings settings) {
        return System.nanoTime() + settings.timeout().toNanos();
    }

    private static SqlError canceled() {
        return SqlError.of(SqlState.QUERY_CANCELED, "canceling statement due to user request");
    }

    private static SqlError broken() {
        return SqlError.of(SqlState.INTERNAL_ERROR, "this node failed while the read waited for its turn");
    }

    private void onContext(Runnable task) {
        if (context.equals(Vertx.currentContext())) {
            task.run();
        } else {
            context.runOnContext(ignored -> task.run());
        }
    }

    private interface Request<T> {
        CompletionStage<T> begin();
    }

    private <T> Future<T> awaited(Request<T> request, T whenCanceled, T whenBroken) {
        CompletableFuture<T> answer;
        try {
            answer = request.begin().toCompletableFuture();
        } catch (RuntimeException e) {
            LOG.error("The gateway failed", e);
            return Future.succeededFuture(whenBroken);
        }
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return Future.succeededFuture(answer.resultNow());
        }
        Promise<T> promise = Promise.promise();
        cancellation = () -> promise.tryComplete(whenCanceled);
        var _ = answer.whenComplete((value, failure) -> onContext(() -> {
            if (failure != null) {
                LOG.error("The gateway failed", failure);
            }
            promise.tryComplete(failure == null ? value : whenBroken);
        }));
        return promise.future().onComplete(ignored -> cancellation = null);
    }
}
