package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One entry ↔ bytes: type, length, checksum, content. The checksum covers the slot, so that an entry read on its own proves that
 * it is the one asked for.
 */
final class EntryCodec {
    /** What precedes the content of an entry. */
    static final int HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES;

    private static final byte COMMAND = 1;
    private static final byte STOP_SIGN = 2;

    private EntryCodec() {}

    static long encodedBytes(Entry entry) {
        return switch (entry) {
            case Entry.Command(byte[] content) -> (long) HEADER_BYTES + content.length;
            case Entry.StopSign(Configuration next) -> (long) HEADER_BYTES + StandingCodec.encodedBytes(next);
        };
    }

    static void encode(long slot, Entry entry, ByteBuffer out) {
        switch (entry) {
            case Entry.Command(byte[] content) -> encode(slot, COMMAND, content, out);
            case Entry.StopSign(Configuration next) -> {
                ByteBuffer content = ByteBuffer.allocate(StandingCodec.encodedBytes(next));
                StandingCodec.encode(next, content);
                encode(slot, STOP_SIGN, content.array(), out);
            }
        }
    }

    private static void encode(long slot, byte type, byte[] content, ByteBuffer out) {
        out.put(type);
        out.putInt(content.length);
        out.putInt(checksum(slot, type, ByteBuffer.wrap(content)));
        out.put(content);
    }

    /** Length of the content of the entry that starts at {@code offset}; unchecked, may be any number. */
    static int contentBytes(ByteBuffer in, int offset) {
        return in.getInt(offset + 1);
    }

    /**
     * Decodes the entry at the buffer's position and moves behind it.
     *
     * @throws IllegalArgumentException when the bytes are not the entry of this slot
     */
    static Entry decode(long slot, ByteBuffer in) {
        require(in.remaining() >= HEADER_BYTES, "an entry is cut");
        byte type = in.get();
        int length = in.getInt();
        int checksum = in.getInt();
        require(type == COMMAND || type == STOP_SIGN, "unknown type of entry");
        require(length >= 0 && length <= in.remaining(), "an entry is cut");
        ByteBuffer content = in.slice(in.position(), length);
        require(checksum(slot, type, content.duplicate()) == checksum, "the checksum of an entry is wrong");
        byte[] bytes = new byte[length];
        in.get(bytes);
        return type == COMMAND
                ? new Entry.Command(bytes)
                : new Entry.StopSign(StandingCodec.decodeConfiguration(ByteBuffer.wrap(bytes)));
    }

    private static int checksum(long slot, byte type, ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES + 1).putLong(slot).put(type).flip());
        crc.update(content);
        return (int) crc.getValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
