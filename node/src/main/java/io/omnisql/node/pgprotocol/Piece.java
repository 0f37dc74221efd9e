package io.omnisql.node.pgprotocol;

import java.nio.ByteBuffer;

/** What a {@link FrameSplitter} hands out, in the order of the stream. The buffers are views that stay valid. */
public sealed interface Piece {

    /**
     * One whole message.
     *
     * @param bytes all of it, with type and length: to be forwarded as it is
     */
    record Frame(byte type, ByteBuffer bytes) implements Piece {
        private static final int HEADER_BYTES = 5;

        /** The message's fields without type and length: to be decoded. */
        public ByteBuffer body() {
            return bytes.slice(HEADER_BYTES, bytes.remaining() - HEADER_BYTES);
        }
    }

    /** Bytes of messages that only pass through (rows): one or many, whole or in part. */
    record Passing(ByteBuffer bytes) implements Piece {}
}
