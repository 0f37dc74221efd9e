package io.omnisql.node.gateway;

import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Reads at level leader: both ends of the way to the leader's gateway. */
final class PeerReads {
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ReadPath readPath;
    private final SqlReader reader;
    private final PeerCalls peers;
    private final Executor executor;

    PeerReads(ReadPath readPath, SqlReader reader, PeerCalls peers, Executor executor) {
        this.readPath = readPath;
        this.reader = reader;
        this.peers = peers;
        this.executor = executor;
    }

    /** Executes at whichever node leads, trying again until the deadline: a read has no effect that a repetition could double. */
    CompletionStage<ReadAnswer> readAtLeader(Reading reading, ReadRequest request) {
        return readPath.await(request).thenCompose(grant -> switch (grant) {
            case ReadGrant.Refused(SqlError error) -> done(new ReadAnswer.Refused(error));
            case ReadGrant.Local local -> reader.read(reading).thenApply(ReadAnswer.Results::new);
            case ReadGrant.AtLeader(NodeId leader) -> ask(leader, reading, request);
        });
    }

    private CompletionStage<ReadAnswer> ask(NodeId leader, Reading reading, ReadRequest request) {
        long left = request.deadlineNanos() - System.nanoTime();
        if (left <= 0) {
            return done(new ReadAnswer.Refused(WritePath.noLeader()));
        }
        Duration timeout = Duration.ofNanos(Math.min(left, ATTEMPT_MAX.toNanos()));
        return peers.call(leader, PeerCalls.Kind.READ_AT_LEADER, ReadingCodec.encode(reading), timeout)
                .thenApply(PeerReads::decoded)
                .exceptionallyCompose(failure -> CompletableFuture.supplyAsync(
                                () -> request,
                                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor))
                        .thenCompose(again -> readAtLeader(reading, again)));
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
        return readPath.await(request)
                .thenCompose(grant -> grant instanceof ReadGrant.Local
                        ? reader.read(reading).thenApply(ReadingCodec::encode)
                        : CompletableFuture.failedFuture(new IOException("This node does not lead")));
    }

    private static CompletionStage<ReadAnswer> done(ReadAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
