package io.omnisql.node.transport;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection with a peer, whichever side dialled: frames in and out, signs of life. Lives on one event loop; only the
 * sender may be used by any thread.
 */
final class PeerSocket {
    private final Vertx vertx;
    private final NetSocket socket;
    private final TransportSettings settings;
    private final Events events;
    private final FrameCodec.Parser parser;
    private final FrameSender sender;
    private final long openedNanos = System.nanoTime();
    private final long timer;
    private long lastBytesNanos = openedNanos;
    private Traffic.@Nullable Tally tally; // Null until the handshake is done.
    private boolean closing;
    private String reason = "closed by the peer";

    /** What happens on a connection. */
    interface Events extends FrameCodec.Receiver {
        /** A sign-of-life interval has passed. */
        void tick();

        /** All that waited is written. */
        void drained();

        /** The connection is gone; told once. */
        void closed(String reason);
    }

    /** To be made on the socket's event loop. */
    PeerSocket(Vertx vertx, NetSocket socket, TransportSettings settings, Events events) {
        this.vertx = vertx;
        this.socket = socket;
        this.settings = settings;
        this.events = events;
        this.parser = new FrameCodec.Parser(Introductions.BYTES_MAX, Introductions.BYTES_MAX, this::onFrame);
        this.sender = new FrameSender(vertx.getOrCreateContext(), socket, settings, events::drained);
        this.timer = vertx.setPeriodic(settings.signOfLife().toMillis(), id -> onTimer());
        socket.exceptionHandler(failure -> reason = String.valueOf(failure.getMessage()));
        socket.closeHandler(closed -> onClosed());
        socket.handler(this::onBytes);
    }

    FrameSender sender() {
        return sender;
    }

    /** The handshake is done: frames may be as large as the settings say, silence is measured from now. */
    void establish(Traffic.Tally counts) {
        tally = counts;
        counts.linked();
        sender.count(counts);
        parser.widen(settings.frameBytesMax(), settings.messageBytesMax());
    }

    /** Writes one small frame past the queue. */
    void writeNow(FrameKind kind, Buffer payload) {
        for (Buffer frame : FrameCodec.encode(kind, payload, settings.frameBytesMax())) {
            socket.write(frame);
            if (tally != null) {
                tally.sent(1, frame.length());
            }
        }
    }

    /** Tells the peer why, then closes. */
    void refuse(String why) {
        reason = why;
        closing = true;
        Buffer text = Buffer.buffer(why);
        Buffer bounded = text.slice(0, Math.min(text.length(), Handshake.BYTES_MAX));
        Buffer frame = FrameCodec.encode(FrameKind.REFUSAL, bounded, Handshake.BYTES_MAX)
                .getFirst();
        socket.write(frame).onComplete(written -> socket.close());
    }

    void close(String why) {
        reason = why;
        closing = true;
        socket.close();
    }

    private void onBytes(Buffer bytes) {
        if (closing) {
            return;
        }
        lastBytesNanos = System.nanoTime();
        if (tally != null) {
            tally.received(bytes.length());
        }
        try {
            parser.handle(bytes);
        } catch (UncheckedIOException wrong) {
            close(String.valueOf(wrong.getMessage()));
        }
    }

    private void onFrame(FrameKind kind, Buffer payload) throws IOException {
        if (tally != null) {
            tally.receivedFrame();
        }
        if (!closing) {
            events.received(kind, payload);
        }
    }

    private void onTimer() {
        boolean established = tally != null;
        long since = established ? lastBytesNanos : openedNanos;
        if (System.nanoTime() - since > settings.silenceMax().toNanos()) {
            close(established ? "silent for too long" : "no handshake in time");
        } else if (established) {
            events.tick();
        }
    }

    private void onClosed() {
        closing = true;
        vertx.cancelTimer(timer);
        sender.close();
        events.closed(reason);
    }
}
