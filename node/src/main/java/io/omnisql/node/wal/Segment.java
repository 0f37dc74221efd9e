package io.omnisql.node.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The segment that is being written. Used by the log's own thread only. */
final class Segment implements Closeable {
    private final SegmentHeader header;
    private final SegmentFile file;
    private final RecordCodec codec;
    private int end;
    private int forced;

    /** A segment whose records end at {@code end} and are durable up to there. */
    Segment(SegmentHeader header, SegmentFile file, int end) {
        this.header = header;
        this.file = file;
        this.codec = new RecordCodec(header.logId(), header.number());
        this.end = end;
        this.forced = end;
    }

    SegmentHeader header() {
        return header;
    }

    RecordCodec codec() {
        return codec;
    }

    /** Where the next record goes. */
    int end() {
        return end;
    }

    /** How far the segment is durable. */
    int forced() {
        return forced;
    }

    /** Whether {@code bytes} more fit. The first record fits always: a batch larger than a segment makes the segment larger. */
    boolean hasRoomFor(long bytes, int staged) {
        boolean isEmpty = end == SegmentHeader.BYTES && staged == 0;
        return isEmpty || (long) end + staged + bytes <= header.capacity();
    }

    void write(ByteBuffer records) throws IOException {
        int bytes = records.remaining();
        file.write(records, end);
        end += bytes;
    }

    /** Makes all records durable; costs nothing when they are already. */
    void force() throws IOException {
        if (forced < end) {
            file.force();
            forced = end;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
