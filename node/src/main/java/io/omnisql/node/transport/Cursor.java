package io.omnisql.node.transport;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads a peer's bytes one field after the other, and never beyond their end. */
final class Cursor {
    private final Buffer bytes;
    private int position;

    Cursor(Buffer bytes) {
        this.bytes = bytes;
    }

    byte nextByte() throws IOException {
        return bytes.getByte(advance(Byte.BYTES));
    }

    short nextShort() throws IOException {
        return bytes.getShort(advance(Short.BYTES));
    }

    int nextInt() throws IOException {
        return bytes.getInt(advance(Integer.BYTES));
    }

    long nextLong() throws IOException {
        return bytes.getLong(advance(Long.BYTES));
    }

    boolean nextBoolean() throws IOException {
        byte value = nextByte();
        if (value != 0 && value != 1) {
            throw new IOException("neither true nor false: " + value);
        }
        return value == 1;
    }

    /** How many elements follow, each at least {@code bytesEach} long. */
    int nextCount(int bytesEach) throws IOException {
        int count = nextInt();
        if (count < 0 || count > remaining() / bytesEach) {
            throw new IOException("impossible number of elements: " + count);
        }
        return count;
    }

    /** Bytes preceded by their number. */
    byte[] nextBytes() throws IOException {
        int count = nextCount(Byte.BYTES);
        int start = advance(count);
        return bytes.getBytes(start, start + count);
    }

    String nextText() throws IOException {
        return new String(nextBytes(), StandardCharsets.UTF_8);
    }

    /** All that is left. */
    byte[] rest() {
        byte[] rest = bytes.getBytes(position, bytes.length());
        position = bytes.length();
        return rest;
    }

    void requireEnd() throws IOException {
        if (remaining() > 0) {
            throw new IOException(remaining() + " bytes too many");
        }
    }

    private int remaining() {
        return bytes.length() - position;
    }

    private int advance(int count) throws IOException {
        if (remaining() < count) {
            throw new IOException("cut after " + bytes.length() + " bytes");
        }
        int start = position;
        position += count;
        return start;
    }
}
