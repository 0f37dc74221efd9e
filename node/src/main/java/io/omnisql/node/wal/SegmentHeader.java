package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Standing;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What stands at the head of a segment. It tells the whole state but for the entries, so that older segments are deleted once
 * nobody needs their entries.
 *
 * @param logId drawn when the log is made; a segment of another log has another one
 * @param configurationId the configuration that the log belongs to
 * @param number of the segment, from 1
 * @param capacity bytes that were filled with zeros, and made durable, before the segment got its name
 * @param previousEnd where the records of the segment before end
 * @param head the state before the segment's first record
 */
record SegmentHeader(long logId, long configurationId, long number, int capacity, int previousEnd, LogHead head) {
    /** The first record lies behind a whole block: a torn write of a record cannot reach the header. */
    static final int BYTES = 4096;

    private static final long MAGIC = 0x4F4D4E4957414C0AL; // "OMNIWAL\n"
    private static final int VERSION = 2;
    private static final int CHECKED_FROM = Long.BYTES + Integer.BYTES;

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.position(CHECKED_FROM);
        out.putInt(VERSION).putLong(logId).putLong(configurationId).putLong(number);
        out.putInt(capacity).putInt(previousEnd);
        BatchCodec.encode(head.promise(), out);
        BatchCodec.encode(head.acceptedRound(), out);
        out.putLong(head.decidedIndex()).putLong(head.compactedIndex()).putLong(head.acceptedIndex());
        StandingCodec.encodeOptional(head.standing(), out);
        out.putLong(0, MAGIC).putInt(Long.BYTES, checksum(out));
        return out.clear();
    }

    static SegmentHeader decode(Path file, ByteBuffer in) throws LogRotException {
        require(in.limit() >= BYTES, file, "the file is too short for a segment's header");
        require(in.getLong(0) == MAGIC, file, "this is no segment of a log");
        require(in.getInt(Long.BYTES) == checksum(in), file, "the checksum of the segment's header is wrong");
        ByteBuffer fields = in.duplicate().position(CHECKED_FROM);
        int version = fields.getInt();
        require(version == VERSION, file, "format version " + version + " is unknown, this program knows " + VERSION);
        return new SegmentHeader(
                fields.getLong(),
                fields.getLong(),
                fields.getLong(),
                fields.getInt(),
                fields.getInt(),
                decodeHead(fields));
    }

    private static LogHead decodeHead(ByteBuffer in) {
        Ballot promise = BatchCodec.decodeBallot(in);
        Ballot acceptedRound = BatchCodec.decodeBallot(in);
        long decidedIndex = in.getLong();
        long compactedIndex = in.getLong();
        long acceptedIndex = in.getLong();
        Standing standing = StandingCodec.decodeOptional(in);
        return new LogHead(standing, promise, acceptedRound, decidedIndex, compactedIndex, acceptedIndex);
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(CHECKED_FROM, BYTES - CHECKED_FROM));
        return (int) crc.getValue();
    }

    private static void require(boolean holds, Path file, String otherwise) throws LogRotException {
        if (!holds) {
            throw new LogRotException(file, 0, otherwise);
        }
    }
}
