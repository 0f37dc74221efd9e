package io.omnisql.node.pgwire;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects what goes to one socket, without copying, so that it leaves in few large writes. Used on the socket's event loop only. */
final class ChunkedOutput {
    private static final int CHUNK_BYTES = 128 << 10;
    private final NetSocket socket;
    private final List<ByteBuffer> waiting = new ArrayList<>();
    private int waitingBytes;
    private boolean closed;

    ChunkedOutput(NetSocket socket) {
        this.socket = socket;
    }

    /** Adds bytes that must not change any more. */
    void add(ByteBuffer bytes) {
        if (!bytes.hasRemaining() || closed) {
            return;
        }
        waitingBytes += bytes.remaining();
        int last = waiting.size() - 1;
        if (last >= 0 && isNext(waiting.get(last), bytes)) {
            ByteBuffer before = waiting.get(last);
            waiting.set(last, joined(before, bytes.remaining()));
        } else {
            waiting.add(bytes.slice());
        }
        if (waitingBytes >= CHUNK_BYTES) {
            flush();
        }
    }

    void add(byte[] bytes) {
        add(ByteBuffer.wrap(bytes));
    }

    /** Hands everything to the socket. */
    @SuppressWarnings("deprecation") // The only way of Vert.x 4 to write bytes without copying them.
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        var buffer = Buffer.buffer(Unpooled.wrappedBuffer(waiting.toArray(ByteBuffer[]::new)));
        waiting.clear();
        waitingBytes = 0;
        // A failed write is seen as a closed socket.
        var _ = socket.write(buffer);
    }

    void close() {
        flush();
        closed = true;
    }

    @SuppressWarnings("ReferenceEquality") // The same memory, not the same contents.
    private static boolean isNext(ByteBuffer before, ByteBuffer after) {
        return before.hasArray()
                && after.hasArray()
                && before.array() == after.array()
                && before.arrayOffset() + before.limit() == after.arrayOffset() + after.position();
    }

    private static ByteBuffer joined(ByteBuffer before, int more) {
        return ByteBuffer.wrap(before.array(), before.arrayOffset(), before.limit() + more)
                .slice();
    }
}
