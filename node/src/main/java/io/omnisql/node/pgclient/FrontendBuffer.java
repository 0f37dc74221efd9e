package io.omnisql.node.pgclient;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Frontend messages that wait to be sent together. It grows with what is put in and shrinks again when it was emptied; whoever
 * fills it bounds it.
 */
public final class FrontendBuffer {
    private static final int CAPACITY_BYTES = 64 << 10;
    private static final int KEPT_BYTES_MAX = 1 << 20;
    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final byte[] NO_NAME = {};

    private ByteBuffer bytes = ByteBuffer.allocate(CAPACITY_BYTES);

    /** What waits, in bytes. */
    public int size() {
        return bytes.position();
    }

    /** Opens a session. */
    public FrontendBuffer startup(Map<String, String> parameters) {
        int start = bytes.position();
        room(8).putInt(0).putInt(PROTOCOL_3_0);
        parameters.forEach((name, value) -> {
            string(utf8(name));
            string(utf8(value));
        });
        room(1).put((byte) 0);
        return endFrame(start);
    }

    /** A simple query. */
    public FrontendBuffer query(String sql) {
        int length = begin('Q');
        string(utf8(sql));
        return endFrame(length);
    }

    /** Prepares a statement; types may be fewer than the parameters, 0 is "infer it". */
    public FrontendBuffer parse(byte[] name, String sql, int[] types) {
        int length = begin('P');
        string(name);
        string(utf8(sql));
        room(2 + 4 * types.length).putShort((short) types.length);
        for (int type : types) {
            bytes.putInt(type);
        }
        return endFrame(length);
    }

    /** Starts a Bind of the unnamed portal to a prepared statement: {@link #bindValue} for each of {@code formats}, then {@link #bindEnd}. */
    public int bindStart(byte[] statement, int[] formats) {
        int length = begin('B');
        string(NO_NAME);
        string(statement);
        room(4 + 2 * formats.length).putShort((short) formats.length);
        for (int format : formats) {
            bytes.putShort((short) format);
        }
        bytes.putShort((short) formats.length);
        return length;
    }

    /** One parameter's value, null for NULL. */
    public void bindValue(byte @org.jspecify.annotations.Nullable [] value) {
        if (value == null) {
            room(4).putInt(-1);
        } else {
            room(4 + value.length).putInt(value.length).put(value);
        }
    }

    /** Ends a Bind with the formats of the result's columns. */
    public void bindEnd(int bind, List<Integer> resultFormats) {
        room(2 + 2 * resultFormats.size()).putShort((short) resultFormats.size());
        for (int format : resultFormats) {
            bytes.putShort((short) format);
        }
        endFrame(bind);
    }

    /** A whole Bind of text values. */
    public FrontendBuffer bindText(byte[] statement, @org.jspecify.annotations.Nullable String... values) {
        int bind = bindStart(statement, new int[values.length]);
        for (String value : values) {
            bindValue(value == null ? null : utf8(value));
        }
        bindEnd(bind, List.of());
        return this;
    }

    /** Asks for the unnamed portal's columns. */
    public FrontendBuffer describePortal() {
        int length = begin('D');
        room(2).put((byte) 'P').put((byte) 0);
        return endFrame(length);
    }

    /** Executes the unnamed portal to its end. */
    public FrontendBuffer execute() {
        int length = begin('E');
        room(5).put((byte) 0).putInt(0);
        return endFrame(length);
    }

    /** Forgets a prepared statement. */
    public FrontendBuffer closeStatement(byte[] name) {
        int length = begin('C');
        room(1).put((byte) 'S');
        string(name);
        return endFrame(length);
    }

    /** Ends a pipeline. */
    public FrontendBuffer sync() {
        return endFrame(begin('S'));
    }

    FrontendBuffer copyFail(String reason) {
        int length = begin('f');
        string(utf8(reason));
        return endFrame(length);
    }

    FrontendBuffer terminate() {
        return endFrame(begin('X'));
    }

    /** The gathered bytes, to be read; {@link #compact} afterwards. */
    ByteBuffer flip() {
        return bytes.flip();
    }

    /** Continues after a partial write. */
    void compact() {
        if (bytes.hasRemaining()) {
            bytes.compact();
        } else {
            clear();
        }
    }

    void clear() {
        if (bytes.capacity() > KEPT_BYTES_MAX) {
            bytes = ByteBuffer.allocate(CAPACITY_BYTES);
        }
        bytes.clear();
    }

    /** Text as it travels. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int begin(char type) {
        room(5).put((byte) type);
        int length = bytes.position();
        bytes.putInt(0);
        return length;
    }

    private FrontendBuffer endFrame(int length) {
        bytes.putInt(length, bytes.position() - length);
        return this;
    }

    private void string(byte[] text) {
        room(text.length + 1).put(text).put((byte) 0);
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            int needed = Math.addExact(bytes.position(), more);
            ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, (int) Math.min(2L * bytes.capacity(), 1 << 30)));
            bytes = larger.put(bytes.flip());
        }
        return bytes;
    }
}
