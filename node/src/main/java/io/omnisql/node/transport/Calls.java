package io.omnisql.node.transport;

import io.omnisql.node.gateway.PeerCalls;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Questions to one peer that wait for their answer. Thread-safe; answers are told on an event loop. */
final class Calls {
    private static final int CALL_HEADER_BYTES = Long.BYTES + 1;

    private final Vertx vertx;
    private final TransportSettings settings;
    private final Semaphore places;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();

    Calls(Vertx vertx, TransportSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.places = new Semaphore(settings.callsMax());
    }

    /** Asks through {@code link}, which tells whether it took the frame. */
    CompletionStage<byte[]> call(
            PeerCalls.Kind kind, byte[] payload, Duration timeout, Predicate<FrameSender.Outgoing> link) {
        if ((long) CALL_HEADER_BYTES + payload.length > settings.messageBytesMax()) {
            return CompletableFuture.failedStage(new IOException("A question of " + payload.length + " bytes"));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.failedStage(
                    new IOException(settings.callsMax() + " questions wait for an answer already"));
        }
        long id = ids.incrementAndGet();
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        long timer = vertx.setTimer(
                Math.max(1, timeout.toMillis()),
                expired -> fail(id, new TimeoutException("No answer within " + timeout.toMillis() + " ms")));
        CompletableFuture<byte[]> result = answer.whenComplete((bytes, failure) -> {
            vertx.cancelTimer(timer);
            places.release();
        });
        var question = new FrameSender.Outgoing(FrameKind.CALL, payload.length, () -> encode(id, kind, payload));
        if (!link.test(question)) {
            fail(id, new IOException("There is no link to the peer, or too much waits for it"));
        }
        return result;
    }

    private static Buffer encode(long id, PeerCalls.Kind kind, byte[] payload) {
        return Buffer.buffer(CALL_HEADER_BYTES + payload.length)
                .appendLong(id)
                .appendByte(code(kind))
                .appendBytes(payload);
    }

    private static byte code(PeerCalls.Kind kind) {
        return switch (kind) {
            case READ_AT_LEADER -> 0;
            case DIGESTS -> 1;
            case SNAPSHOT_OPEN -> 2;
            case SNAPSHOT_READ -> 3;
            case HAND_OVER -> 4;
            case PROGRESS -> 5;
            case READ_INDEX -> 6;
            case HOLD -> 7;
        };
    }

    /** The kind of a question that a peer asks. */
    static PeerCalls.Kind kind(byte code) throws IOException {
        return switch (code) {
            case 0 -> PeerCalls.Kind.READ_AT_LEADER;
            case 1 -> PeerCalls.Kind.DIGESTS;
            case 2 -> PeerCalls.Kind.SNAPSHOT_OPEN;
            case 3 -> PeerCalls.Kind.SNAPSHOT_READ;
            case 4 -> PeerCalls.Kind.HAND_OVER;
            case 5 -> PeerCalls.Kind.PROGRESS;
            case 6 -> PeerCalls.Kind.READ_INDEX;
            case 7 -> PeerCalls.Kind.HOLD;
            default -> throw new IOException("unknown kind of question: " + code);
        };
    }

    void onAnswer(Buffer frame) throws IOException {
        Cursor in = new Cursor(frame);
        CompletableFuture<byte[]> answer = waiting.remove(in.nextLong());
        if (answer != null) { // Otherwise its time was over.
            answer.complete(in.rest());
        }
    }

    void onFailure(Buffer frame) throws IOException {
        Cursor in = new Cursor(frame);
        fail(in.nextLong(), new IOException("The peer failed: " + Buffer.buffer(in.rest())));
    }

    void failAll(String reason) {
        waiting.keySet().forEach(id -> fail(id, new PeerCalls.LinkBroken(reason)));
    }

    private void fail(long id, Exception failure) {
        CompletableFuture<byte[]> answer = waiting.remove(id);
        if (answer != null) {
            answer.completeExceptionally(failure);
        }
    }
}
