package io.omnisql.node.wal;

import io.omnisql.omnipaxos.LogWrite;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One record ↔ bytes; one record is one batch, so a batch is there as a whole or not at all.
 *
 * <p>Layout: marker, checksum, own offset, length of the body, forced offset, kind, three zeros; then the body, padded to eight
 * bytes. The checksum also covers the log's id and the segment's number: bytes that stem from another place or another file are
 * never taken for a record of this one. The forced offset tells how far the segment was known durable when the record was
 * written: damage below it is rot, damage at or beyond it may be the mark of a crash.
 */
final class RecordCodec {
    /** What precedes the body. */
    static final int HEADER_BYTES = 24;

    /** The largest body: a larger batch cannot be written. */
    static final int BODY_BYTES_MAX = 1 << 30;

    /** Records start at multiples of this. */
    static final int ALIGNMENT = 8;

    private static final int MARKER = 0x4F4D5752;
    private static final byte BATCH = 1;

    private static final int CHECKSUM_AT = 4;
    private static final int OFFSET_AT = 8;
    private static final int LENGTH_AT = 12;
    private static final int FORCED_AT = 16;
    private static final int KIND_AT = 20;

    private final long logId;
    private final long segment;

    RecordCodec(long logId, long segment) {
        this.logId = logId;
        this.segment = segment;
    }

    /** Length of a record with a body of {@code bodyBytes}, padding included. */
    static int recordBytes(int bodyBytes) {
        return (HEADER_BYTES + bodyBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Puts one record into {@code out}, to be written at {@code offset} of a segment that is durable up to {@code forced}. */
    void encode(List<LogWrite> writes, int offset, int forced, ByteBuffer out) {
        int start = out.position();
        out.putLong(0).putLong(0).putLong(0);
        BatchCodec.encode(writes, out);
        int bodyBytes = out.position() - start - HEADER_BYTES;
        out.putInt(start, MARKER);
        out.putInt(start + OFFSET_AT, offset);
        out.putInt(start + LENGTH_AT, bodyBytes);
        out.putInt(start + FORCED_AT, forced);
        out.put(start + KIND_AT, BATCH);
        out.putInt(start + CHECKSUM_AT, checksum(out, start, bodyBytes));
        int padded = start + recordBytes(bodyBytes);
        while (out.position() < padded) {
            out.put((byte) 0);
        }
    }

    /** Whether a whole record of this segment lies at {@code offset}; {@code in} holds the segment from its first byte. */
    boolean isRecord(ByteBuffer in, int offset) {
        if (in.limit() - offset < HEADER_BYTES
                || in.getInt(offset) != MARKER
                || in.getInt(offset + OFFSET_AT) != offset) {
            return false;
        }
        int bodyBytes = bodyBytes(in, offset);
        boolean fits = bodyBytes >= 0 && bodyBytes <= in.limit() - offset - HEADER_BYTES;
        return fits && in.getInt(offset + CHECKSUM_AT) == checksum(in, offset, bodyBytes);
    }

    static int bodyBytes(ByteBuffer in, int offset) {
        return in.getInt(offset + LENGTH_AT);
    }

    static int forced(ByteBuffer in, int offset) {
        return in.getInt(offset + FORCED_AT);
    }

    /**
     * The batch of the record at {@code offset}.
     *
     * @throws IllegalArgumentException when the record, though whole, holds no batch
     */
    static List<LogWrite> decode(ByteBuffer in, int offset) {
        if (in.get(offset + KIND_AT) != BATCH) {
            throw new IllegalArgumentException("unknown kind of record: " + in.get(offset + KIND_AT));
        }
        return BatchCodec.decode(in.slice(offset + HEADER_BYTES, bodyBytes(in, offset)));
    }

    private int checksum(ByteBuffer bytes, int start, int bodyBytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(logId)
                .putLong(segment)
                .flip());
        crc.update(bytes.slice(start + OFFSET_AT, HEADER_BYTES - OFFSET_AT + bodyBytes));
        return (int) crc.getValue();
    }
}
