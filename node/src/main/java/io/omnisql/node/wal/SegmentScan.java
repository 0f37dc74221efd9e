package io.omnisql.node.wal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/** One segment as it was found on disk, all its bytes. */
final class SegmentScan {
    private final Path path;
    private final ByteBuffer bytes;
    private final SegmentHeader header;
    private final RecordCodec codec;
    private int end = SegmentHeader.BYTES;
    private int forced = SegmentHeader.BYTES;

    private SegmentScan(Path path, ByteBuffer bytes, SegmentHeader header) {
        this.path = path;
        this.bytes = bytes;
        this.header = header;
        this.codec = new RecordCodec(header.logId(), header.number());
    }

    /** Looks at a whole segment and checks its header and its length. Its bytes are there until {@code arena} is closed. */
    static SegmentScan read(Path path, SegmentFile file, Arena arena) throws IOException {
        long size = file.size();
        if (size > Integer.MAX_VALUE) {
            throw new LogRotException(path, Integer.MAX_VALUE, "the file is longer than a segment can be");
        }
        ByteBuffer bytes = file.map(arena);
        SegmentHeader header = SegmentHeader.decode(path, bytes);
        if (bytes.limit() < header.capacity()) {
            throw new LogRotException(
                    path, bytes.limit(), "the file ends here, but was made with " + header.capacity() + " bytes");
        }
        return new SegmentScan(path, bytes, header);
    }

    Path path() {
        return path;
    }

    SegmentHeader header() {
        return header;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Where the valid records end. */
    int end() {
        return end;
    }

    /** How far the last valid record knew the segment durable. */
    int forced() {
        return forced;
    }

    /** Hands every record's offset, in order, up to the first place where there is none. */
    void forEachRecord(IntConsumer offsets) {
        while (codec.isRecord(bytes, end)) {
            offsets.accept(end);
            forced = RecordCodec.forced(bytes, end);
            end += RecordCodec.recordBytes(RecordCodec.bodyBytes(bytes, end));
        }
    }

    /** How many bytes from the end of the records to the last one that is not zero. */
    int tailBytes() {
        int last = bytes.limit();
        while (last > end && bytes.get(last - 1) == 0) {
            last--;
        }
        return last - end;
    }

    /**
     * Refuses damage that no crash explains: a record beyond the end that knew more to be durable than is readable now.
     */
    void requireTailNeverAcknowledged() throws LogRotException {
        int offset = end + RecordCodec.ALIGNMENT;
        while (offset <= bytes.limit() - RecordCodec.HEADER_BYTES) {
            if (!codec.isRecord(bytes, offset)) {
                offset += RecordCodec.ALIGNMENT;
                continue;
            }
            if (RecordCodec.forced(bytes, offset) > end) {
                throw new LogRotException(
                        path, end, "no valid record here, but a later one at " + offset + " tells that it was durable");
            }
            offset += RecordCodec.recordBytes(RecordCodec.bodyBytes(bytes, offset));
        }
    }
}
