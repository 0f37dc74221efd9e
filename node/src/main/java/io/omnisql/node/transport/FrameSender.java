package io.omnisql.node.transport;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one socket, bounded in bytes. Offered by any thread; encoded and written on the event loop, small frames
 * together, large payloads part by part as the socket takes them.
 */
final class FrameSender {
    private static final int BATCH_BYTES = 64 << 10;

    private final Context context;
    private final NetSocket socket;
    private final long queueBytesMax;
    private final int partBytesMax;
    private final Runnable onDrained;

    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean scheduled;
    private boolean closed;

    private Traffic.@Nullable Tally tally; // Event loop only.
    private Deque<Buffer> parts = new ArrayDeque<>(); // Of the payload that is being written; event loop only.

    /** A payload that is encoded only when its turn comes; {@code bytes} is about its length. */
    record Outgoing(FrameKind kind, long bytes, Supplier<Buffer> payload) {}

    /** To be made on the socket's event loop. */
    FrameSender(Context context, NetSocket socket, TransportSettings settings, Runnable onDrained) {
        this.context = context;
        this.socket = socket;
        this.queueBytesMax = settings.queueBytesMax();
        this.partBytesMax = Math.min(FrameCodec.PART_BYTES_MAX, settings.frameBytesMax());
        this.onDrained = onDrained;
        socket.drainHandler(drained -> flush());
    }

    /** From now on what is written is counted. Event loop only. */
    void count(Traffic.Tally counts) {
        tally = counts;
    }

    /** False when too much waits or the socket is closed: then the payload is gone. */
    boolean offer(Outgoing outgoing) {
        return add(outgoing, true);
    }

    /** The same, but it leaves with the next one that is offered, or by {@link #hurry}. */
    boolean offerInCompany(Outgoing outgoing) {
        return add(outgoing, false);
    }

    /** What waits leaves now. */
    void hurry() {
        synchronized (waiting) {
            if (scheduled || waiting.isEmpty()) {
                return;
            }
            scheduled = true;
        }
        context.runOnContext(turn -> onTurn());
    }

    private boolean add(Outgoing outgoing, boolean leavesNow) {
        synchronized (waiting) {
            boolean fits = waiting.isEmpty() || waitingBytes + outgoing.bytes() <= queueBytesMax;
            if (closed || !fits) {
                return false;
            }
            waiting.addLast(outgoing);
            waitingBytes += outgoing.bytes();
        }
        if (leavesNow) {
            hurry();
        }
        return true;
    }

    private void onTurn() {
        synchronized (waiting) {
            scheduled = false;
        }
        flush();
    }

    private void flush() {
        Buffer batch = Buffer.buffer();
        Buffer frame = nextFrame();
        int frames = 0;
        while (frame != null) {
            batch.appendBuffer(frame);
            frames++;
            if (batch.length() >= BATCH_BYTES) {
                write(batch, frames);
                batch = Buffer.buffer();
                frames = 0;
            }
            frame = nextFrame();
        }
        if (batch.length() > 0) {
            write(batch, frames);
        }
        if (isEmpty()) {
            onDrained.run();
        }
    }

    private void write(Buffer batch, int frames) {
        socket.write(batch);
        if (tally != null) {
            tally.sent(frames, batch.length());
        }
    }

    /** Null when nothing waits, or when the socket must drain first. */
    private @Nullable Buffer nextFrame() {
        if (socket.writeQueueFull()) {
            return null;
        }
        if (parts.isEmpty()) {
            Outgoing next = poll();
            if (next == null) {
                return null;
            }
            parts = FrameCodec.encode(next.kind(), next.payload().get(), partBytesMax);
        }
        return parts.removeFirst();
    }

    private @Nullable Outgoing poll() {
        synchronized (waiting) {
            Outgoing next = waiting.pollFirst();
            waitingBytes -= next == null ? 0 : next.bytes();
            return next;
        }
    }

    private boolean isEmpty() {
        synchronized (waiting) {
            return waiting.isEmpty() && !closed;
        }
    }

    /** Nothing more is taken, what waits is gone. */
    void close() {
        synchronized (waiting) {
            closed = true;
            waiting.clear();
            waitingBytes = 0;
        }
    }
}
