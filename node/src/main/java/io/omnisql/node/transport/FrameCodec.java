package io.omnisql.node.transport;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Frames ↔ bytes: length, kind, payload. The highest bit of the kind says that the next frame of this kind goes on with the same
 * payload; so a large one needs no large write, and only signs of life may stand between its parts.
 */
final class FrameCodec {
    /** What precedes a payload. */
    static final int HEADER_BYTES = Integer.BYTES + 1;

    /** The largest part that this node writes. */
    static final int PART_BYTES_MAX = 1 << 20;

    private static final int MORE = 0x80;

    private FrameCodec() {}

    /** The frames of one payload, in order. */
    static Deque<Buffer> encode(FrameKind kind, Buffer payload, int partBytesMax) {
        Deque<Buffer> frames = new ArrayDeque<>();
        int start = 0;
        do {
            int end = (int) Math.min(payload.length(), (long) start + partBytesMax);
            int more = end < payload.length() ? MORE : 0;
            frames.add(Buffer.buffer(HEADER_BYTES + end - start)
                    .appendInt(end - start)
                    .appendByte((byte) (kind.code() | more))
                    .appendBuffer(payload, start, end - start));
            start = end;
        } while (start < payload.length());
        return frames;
    }

    /** Hears of whole payloads. */
    interface Receiver {
        /** The payload is the receiver's own. An exception ends the connection. */
        void received(FrameKind kind, Buffer payload) throws IOException;
    }

    /** Takes bytes as they come, hands out payloads. An {@link UncheckedIOException} says why the rest makes no sense. */
    static final class Parser implements Handler<Buffer> {
        private final RecordParser records = RecordParser.newFixed(HEADER_BYTES);
        private final Receiver receiver;
        private int frameBytesMax;
        private int payloadBytesMax;
        private boolean inHeader = true;
        private FrameKind kind = FrameKind.HELLO;
        private boolean hasMore;
        private Buffer parts = Buffer.buffer();
        private FrameKind partsKind = FrameKind.HELLO;

        Parser(int frameBytesMax, int payloadBytesMax, Receiver receiver) {
            this.frameBytesMax = frameBytesMax;
            this.payloadBytesMax = payloadBytesMax;
            this.receiver = receiver;
            records.setOutput(this::onRecord);
        }

        /** From now on frames and payloads may be so large. */
        void widen(int frameBytes, int payloadBytes) {
            frameBytesMax = frameBytes;
            payloadBytesMax = payloadBytes;
        }

        @Override
        public void handle(Buffer bytes) {
            records.handle(bytes);
        }

        private void onRecord(Buffer record) {
            try {
                if (inHeader) {
                    onHeader(record);
                } else {
                    inHeader = true;
                    records.fixedSizeMode(HEADER_BYTES);
                    onPayload(record);
                }
            } catch (IOException wrong) {
                throw new UncheckedIOException(wrong.getMessage(), wrong);
            }
        }

        private void onHeader(Buffer header) throws IOException {
            long length = header.getUnsignedInt(0);
            int code = header.getUnsignedByte(Integer.BYTES);
            if (length > frameBytesMax) {
                throw new IOException("a frame of more than " + frameBytesMax + " bytes");
            }
            kind = FrameKind.of(code & ~MORE);
            hasMore = (code & MORE) != 0;
            if (length == 0) {
                onPayload(Buffer.buffer());
            } else {
                inHeader = false;
                records.fixedSizeMode((int) length);
            }
        }

        private void onPayload(Buffer payload) throws IOException {
            boolean isSignOfLife = kind == FrameKind.PING || kind == FrameKind.PONG;
            if (isSignOfLife && (hasMore || payload.length() > 0)) {
                throw new IOException("a sign of life with a payload");
            }
            if (!hasMore && (isSignOfLife || parts.length() == 0)) {
                receiver.received(kind, payload);
                return;
            }
            if ((parts.length() > 0 && kind != partsKind) || payload.length() == 0) {
                throw new IOException("a frame does not go on with the payload before it");
            }
            if ((long) parts.length() + payload.length() > payloadBytesMax) {
                throw new IOException("a payload of more than " + payloadBytesMax + " bytes");
            }
            partsKind = kind;
            parts.appendBuffer(payload);
            if (!hasMore) {
                Buffer whole = parts;
                parts = Buffer.buffer();
                receiver.received(kind, whole);
            }
        }
    }
}
