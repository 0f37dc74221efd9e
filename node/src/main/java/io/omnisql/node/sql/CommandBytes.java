package io.omnisql.node.sql;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes and reads the primitive pieces of a command's bytes, each checked against its bounds. */
final class CommandBytes {
    private CommandBytes() {}

    /** Grows up to its bound. */
    static final class Writer {
        private final int bytesMax;
        private ByteBuffer buffer;

        Writer(int bytesMax) {
            this.bytesMax = bytesMax;
            this.buffer = ByteBuffer.allocate(Math.min(bytesMax, 512));
        }

        void writeByte(int value) {
            room(1).put((byte) value);
        }

        void writeBoolean(boolean value) {
            writeByte(value ? 1 : 0);
        }

        void writeInt(int value) {
            room(Integer.BYTES).putInt(value);
        }

        void writeLong(long value) {
            room(Long.BYTES).putLong(value);
        }

        void writeBytes(byte[] bytes) {
            room(bytes.length).put(bytes);
        }

        void writeText(String text) {
            try {
                ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
                writeInt(bytes.remaining());
                room(bytes.remaining()).put(bytes);
            } catch (CharacterCodingException e) {
                throw new MalformedCommand("A text with half a character: " + e.getMessage());
            }
        }

        byte[] toByteArray() {
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        private ByteBuffer room(int bytes) {
            long needed = (long) buffer.position() + bytes;
            if (needed > bytesMax) {
                throw new MalformedCommand("A command of more than " + bytesMax + " bytes");
            }
            if (needed > buffer.capacity()) {
                int capacity = (int) Math.min(bytesMax, Math.max(needed, 2L * buffer.capacity()));
                buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
            }
            return buffer;
        }
    }

    /** Never reads, nor allocates, beyond what is there. */
    static final class Reader {
        private final ByteBuffer buffer;

        Reader(byte[] bytes) {
            this.buffer = ByteBuffer.wrap(bytes);
        }

        int readByte() {
            return need(1).get();
        }

        boolean readBoolean() {
            int value = readByte();
            if (value != 0 && value != 1) {
                throw new MalformedCommand("A flag of " + value);
            }
            return value == 1;
        }

        int readInt() {
            return need(Integer.BYTES).getInt();
        }

        long readLong() {
            return need(Long.BYTES).getLong();
        }

        /** How many things follow; each takes a byte at least. */
        int readCount() {
            int count = readInt();
            need(count);
            return count;
        }

        byte[] readBytes(int length) {
            need(length);
            byte[] bytes = new byte[length];
            buffer.get(bytes);
            return bytes;
        }

        String readText() {
            byte[] bytes = readBytes(readInt());
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new MalformedCommand("A text that is no UTF-8: " + e.getMessage());
            }
        }

        void expectEnd() {
            if (buffer.hasRemaining()) {
                throw new MalformedCommand(buffer.remaining() + " bytes behind a command");
            }
        }

        private ByteBuffer need(int bytes) {
            if (bytes < 0 || bytes > buffer.remaining()) {
                throw new MalformedCommand("A command cut at byte " + buffer.position() + ": " + bytes
                        + " more were announced, " + buffer.remaining() + " are there");
            }
            return buffer;
        }
    }
}
