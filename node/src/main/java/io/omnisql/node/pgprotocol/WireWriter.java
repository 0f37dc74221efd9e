package io.omnisql.node.pgprotocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A growing buffer that messages are encoded into, one after another. Not thread-safe. */
public final class WireWriter {
    private static final int INITIAL_BYTES = 256;
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;
    private int messageStart = -1;

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    WireWriter begin(char type) {
        int8(type);
        return beginUntyped();
    }

    WireWriter beginUntyped() {
        messageStart = size;
        return int32(0);
    }

    void finish() {
        int length = size - messageStart;
        ByteBuffer.wrap(bytes).putInt(messageStart, length);
        messageStart = -1;
    }

    WireWriter int8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    WireWriter int16(int value) {
        reserve(2);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    WireWriter int32(int value) {
        reserve(4);
        ByteBuffer.wrap(bytes).putInt(size, value);
        size += 4;
        return this;
    }

    WireWriter string(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new ProtocolViolation("A text with a zero character cannot travel in the protocol");
        }
        return bytes(text.getBytes(StandardCharsets.UTF_8)).int8(0);
    }

    WireWriter bytes(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    WireWriter value(byte @Nullable [] value) {
        return value == null ? int32(-1) : int32(value.length).bytes(value);
    }

    WireWriter int16s(List<Integer> numbers) {
        count16(numbers.size());
        numbers.forEach(this::int16);
        return this;
    }

    WireWriter int32s(List<Integer> numbers) {
        count16(numbers.size());
        numbers.forEach(this::int32);
        return this;
    }

    WireWriter values(List<byte @Nullable []> values) {
        count16(values.size());
        for (byte @Nullable [] value : values) {
            value(value);
        }
        return this;
    }

    private void count16(int count) {
        if (count > 0xFFFF) {
            throw new ProtocolViolation("A message cannot hold " + count + " values");
        }
        int16(count);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), Math.min(bytes.length, 1 << 29) * 2));
        }
    }
}
