package io.omnisql.node.transport;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Questions and answers between nodes that are no peers yet, on the peers' ports: one question, one answer, and the connection ends.
 * What they say is opaque here.
 */
public final class Introductions implements AutoCloseable {
    /** Neither a question nor an answer is longer. */
    public static final int BYTES_MAX = 32 << 10;

    private static final Duration STOP_MAX = Duration.ofSeconds(10);
    private static final int IDLE_SECONDS_MAX = 4;

    private final Vertx vertx;
    private final NetClient client;
    private @Nullable NetServer server;

    /** Answers a question. Called on an event loop: must not block. */
    @FunctionalInterface
    public interface Handler {
        /** The answer, of at most {@link #BYTES_MAX} bytes; fails when the question makes no sense. */
        byte[] answer(byte[] question) throws IOException;
    }

    /** Asks only, until {@link #listen}. */
    public Introductions(Vertx vertx, TransportSettings settings) {
        this.vertx = vertx;
        this.client = vertx.createNetClient(new NetClientOptions(settings.dial())
                .setConnectTimeout((int) settings.silenceMax().toMillis())
                .setIdleTimeout(IDLE_SECONDS_MAX));
    }

    /** Answers on the peers' port while there is no {@link PeerTransport} that does. Blocks until it listens. */
    public void listen(TransportSettings settings, Handler handler) throws IOException {
        NetServer listening = vertx.createNetServer(
                        new NetServerOptions(settings.listen()).setIdleTimeout(IDLE_SECONDS_MAX))
                .connectHandler(socket -> answer(socket, handler));
        server = listening;
        await(listening.listen().toCompletionStage().toCompletableFuture(), STOP_MAX);
    }

    private static void answer(NetSocket socket, Handler handler) {
        parse(socket, (kind, payload) -> {
            if (kind == FrameKind.INTRODUCTION) {
                write(socket, Buffer.buffer(handler.answer(payload.getBytes())));
            } else {
                socket.close(); // A peer that this node cannot talk to yet: it tries again.
            }
        });
    }

    /** Asks the node at {@code address}, host:port. Blocks; not to be called on an event loop. */
    public byte[] ask(String address, byte[] question, Duration timeout) throws IOException {
        var answer = new CompletableFuture<byte[]>();
        try {
            client.connect(PeerDirectory.Peer.address(address))
                    .onSuccess(socket -> ask(socket, question, answer))
                    .onFailure(answer::completeExceptionally);
            return await(answer, timeout);
        } catch (IllegalArgumentException noAddress) {
            throw new IOException(noAddress.getMessage(), noAddress);
        }
    }

    private static void ask(NetSocket socket, byte[] question, CompletableFuture<byte[]> answer) {
        parse(socket, (kind, payload) -> {
            if (kind == FrameKind.INTRODUCTION) {
                answer.complete(payload.getBytes());
            }
            socket.close();
        });
        socket.closeHandler(closed -> answer.completeExceptionally(new IOException("The node closed the connection")));
        write(socket, Buffer.buffer(question));
    }

    private static void parse(NetSocket socket, FrameCodec.Receiver receiver) {
        var parser = new FrameCodec.Parser(BYTES_MAX, BYTES_MAX, receiver);
        socket.handler(bytes -> {
            try {
                parser.handle(bytes);
            } catch (UncheckedIOException nonsense) {
                socket.close();
            }
        });
    }

    private static void write(NetSocket socket, Buffer payload) {
        FrameCodec.encode(FrameKind.INTRODUCTION, payload, BYTES_MAX).forEach(socket::write);
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> future, Duration timeout)
            throws IOException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new IOException(String.valueOf(failure.getCause()), failure.getCause());
        } catch (TimeoutException late) {
            throw new IOException("No answer within " + timeout.toMillis() + " ms", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", interrupted);
        }
    }

    /** Frees the port. Blocks. */
    @Override
    public void close() throws IOException {
        NetServer listening = server;
        if (listening != null) {
            await(listening.close().toCompletionStage().toCompletableFuture(), STOP_MAX);
        }
        await(client.close().toCompletionStage().toCompletableFuture(), STOP_MAX);
    }
}
