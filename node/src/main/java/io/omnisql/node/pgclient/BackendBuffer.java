package io.omnisql.node.pgclient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL wrote and nobody has read yet, and in it the current message, which is read in place. */
public final class BackendBuffer {
    private static final int CAPACITY_BYTES = 64 << 10;
    private static final int KEPT_BYTES_MAX = 1 << 20;
    private static final int MESSAGE_BYTES_MAX = 1 << 30;
    private static final int HEADER_BYTES = 5;

    private ByteBuffer bytes = ByteBuffer.allocate(CAPACITY_BYTES).limit(0);
    private BeforeLarge beforeLarge = size -> {};
    private int start;
    private int end;

    /** Asked before room is made for a large message, by what its header announces: the place to refuse it. */
    public interface BeforeLarge {
        /** May wait, and may throw: then the session cannot be used any more. */
        void expect(int messageBytes) throws IOException;
    }

    /** From now on it is asked; not asked about messages of less than a megabyte. */
    public void beforeLarge(BeforeLarge asked) {
        beforeLarge = asked;
    }

    /** The current message's type. */
    public char type() {
        return (char) bytes.get(start);
    }

    /** The array that holds the current message; valid until the next one is asked for. */
    public byte[] array() {
        return bytes.array();
    }

    /** Where the current message starts, with its type and length. */
    public int messageStart() {
        return start;
    }

    /** Where the current message's body starts. */
    public int bodyStart() {
        return start + HEADER_BYTES;
    }

    /** Where the current message ends. */
    public int messageEnd() {
        return end;
    }

    /** An int of the body. */
    public int intAt(int offset) {
        return bytes.getInt(bodyStart() + offset);
    }

    /** The string at an offset of the body, without its final zero. */
    public String stringAt(int offset) {
        int from = bodyStart() + offset;
        int until = from;
        while (until < end && bytes.get(until) != 0) {
            until++;
        }
        return new String(bytes.array(), from, until - from, StandardCharsets.UTF_8);
    }

    /** A field of an ErrorResponse or NoticeResponse: 'C' is the SQLSTATE, 'M' the message. */
    public @Nullable String errorField(char field) {
        int at = bodyStart();
        while (at < end && bytes.get(at) != 0) {
            String value = stringAt(at + 1 - bodyStart());
            if (bytes.get(at) == field) {
                return value;
            }
            at = nextZero(at + 1) + 1;
        }
        return null;
    }

    /** The current ErrorResponse as an exception. */
    public PostgresError error() {
        return new PostgresError(String.valueOf(errorField('C')), String.valueOf(errorField('M')));
    }

    /** The current DataRow's columns as text. */
    public @Nullable String[] textRow() {
        int at = bodyStart();
        var row = new @Nullable String[bytes.getShort(at)];
        at += 2;
        for (int i = 0; i < row.length; i++) {
            int length = bytes.getInt(at);
            at += 4;
            if (length >= 0) {
                row[i] = new String(bytes.array(), at, length, StandardCharsets.UTF_8);
                at += length;
            }
        }
        return row;
    }

    /** Moves to the next message if it is here as a whole. */
    boolean advance() throws IOException {
        bytes.position(end);
        int length = bytes.remaining() < HEADER_BYTES ? -1 : messageLength();
        if (length < 0 || bytes.remaining() < length) {
            return false;
        }
        start = end;
        end = start + length;
        return true;
    }

    /** Room for more bytes: what was read already gives way. To be filled by one channel read, then {@link #filled}. */
    ByteBuffer toFill() throws IOException {
        bytes.position(end);
        int waiting = bytes.remaining();
        int needed = waiting < HEADER_BYTES ? CAPACITY_BYTES : Math.max(CAPACITY_BYTES, messageLength());
        if (bytes.capacity() < needed && needed > KEPT_BYTES_MAX) {
            beforeLarge.expect(needed);
        }
        if (bytes.capacity() < needed || (bytes.capacity() > KEPT_BYTES_MAX && needed < KEPT_BYTES_MAX)) {
            ByteBuffer other = ByteBuffer.allocate(Math.max(needed, waiting + CAPACITY_BYTES));
            bytes = other.put(bytes);
        } else {
            bytes.compact();
        }
        start = 0;
        end = 0;
        return bytes;
    }

    void filled() {
        bytes.flip();
    }

    private int messageLength() throws IOException {
        int length = bytes.getInt(end + 1);
        if (length < 4 || length > MESSAGE_BYTES_MAX) {
            throw new IOException("PostgreSQL sent a message of " + length + " bytes");
        }
        return length + 1;
    }

    private int nextZero(int from) {
        int at = from;
        while (at < end && bytes.get(at) != 0) {
            at++;
        }
        return at;
    }
}
