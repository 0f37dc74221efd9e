package io.omnisql.node.gateway;

import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Reads at level leader: both ends of the way to the leader's gateway. */
final class PeerReads {
    /** How often a leader may be lost while it executes a read: the read may be what ended it, and would end the next one as well. */
    static final int LOSSES_MAX = 2;

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final SqlError LATE = SqlError.of("57014", "the read did not end in time");
    private static final SqlError LOST = SqlError.withHint(
            "57P03",
            "the leader was lost " + LOSSES_MAX + " times while it executed the read",
            "Read less at once, or at level linearizable, which is executed by this node.");

    private final Function<ReadRequest, CompletionStage<ReadGrant>> turns;
    private final SqlReader reader;
    private final PeerCalls peers;
    private final Executor executor;

    /** @param turns waits for a read's turn */
    PeerReads(
            Function<ReadRequest, CompletionStage<ReadGrant>> turns,
            SqlReader reader,
            PeerCalls peers,
            Executor executor) {
        this.turns = turns;
        this.reader = reader;
        this.peers = peers;
        this.executor = executor;
    }

    /** @param losses how often a leader was lost while it executed the read */
    private record Attempt(Reading reading, ReadRequest request, int losses) {
        long leftNanos() {
            return request.deadlineNanos() - System.nanoTime();
        }

        Attempt afterLoss() {
            return new Attempt(reading, request, losses + 1);
        }
    }

    /** Executes at whichever node leads, trying again until the deadline: a read has no effect that a repetition could double. */
    CompletionStage<ReadAnswer> readAtLeader(Reading reading, ReadRequest request) {
        return begin(new Attempt(reading, request, 0));
    }

    private CompletionStage<ReadAnswer> begin(Attempt attempt) {
        return turns.apply(attempt.request).thenCompose(grant -> switch (grant) {
            case ReadGrant.Refused(SqlError error) -> done(new ReadAnswer.Refused(error));
            case ReadGrant.Local local -> reader.read(attempt.reading).thenApply(ReadAnswer.Results::new);
            case ReadGrant.AtLeader(NodeId leader) -> ask(leader, attempt);
        });
    }

    private CompletionStage<ReadAnswer> ask(NodeId leader, Attempt attempt) {
        long left = attempt.leftNanos();
        if (left <= 0) {
            return done(new ReadAnswer.Refused(WritePath.noLeader()));
        }
        Duration timeout = Duration.ofNanos(Math.min(left, ATTEMPT_MAX.toNanos()));
        return peers.call(leader, PeerCalls.Kind.READ_AT_LEADER, ReadingCodec.encode(attempt.reading), timeout)
                .thenApply(PeerReads::decoded)
                .exceptionallyCompose(failure -> failed(failure, attempt));
    }

    private CompletionStage<ReadAnswer> failed(Throwable failure, Attempt attempt) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException && attempt.leftNanos() <= PAUSE.toNanos()) {
            return done(new ReadAnswer.Refused(LATE)); // There was a leader: it is the read that takes long.
        }
        Attempt next = cause instanceof PeerCalls.LinkBroken ? attempt.afterLoss() : attempt;
        if (next.losses >= LOSSES_MAX) {
            return done(new ReadAnswer.Refused(LOST));
        }
        return CompletableFuture.supplyAsync(
                        () -> next,
                        CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor))
                .thenCompose(this::begin);
    }

    private static ReadAnswer decoded(byte[] answer) {
        try {
            return new ReadAnswer.Results(ReadingCodec.decodeResults(answer));
        } catch (IOException e) {
            return new ReadAnswer.Refused(
                    SqlError.of("08P01", "the leader's answer cannot be read: " + e.getMessage()));
        }
    }

    /** Answers a peer, but only if this node leads. */
    CompletionStage<byte[]> answer(byte[] payload) {
        Reading reading;
        try {
            reading = ReadingCodec.decodeReading(payload);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        var request =
                new ReadRequest(ReadLevel.LEADER, 0, Duration.ZERO, System.nanoTime() + ATTEMPT_MAX.toNanos(), false);
        return turns.apply(request)
                .thenCompose(grant -> grant instanceof ReadGrant.Local
                        ? reader.read(reading).thenApply(ReadingCodec::encode)
                        : CompletableFuture.failedFuture(new IOException("This node does not lead")));
    }

    private static CompletionStage<ReadAnswer> done(ReadAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
