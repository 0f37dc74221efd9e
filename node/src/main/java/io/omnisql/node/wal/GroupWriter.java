package io.omnisql.node.wal;

import io.omnisql.node.replica.LogActivity;
import io.omnisql.omnipaxos.LogWrite;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes a group of batches with one write and one fsync. Used by the log's own thread only. */
final class GroupWriter implements Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final SegmentFolder folder;
    private final SpareSegment spare;
    private final SlotIndex index;
    private final int segmentBytes;
    private final List<Runnable> changes = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private Segment active;
    private LogHead head;
    private long firstOfGroup;
    private long firstKept;
    private volatile LogActivity.Listener listener = LogActivity.Listener.NONE;

    /** A batch that waits for the disk, and the state after it. */
    record Batch(long token, List<LogWrite> writes, int bodyBytes, LogHead headAfter) {

        /** Whether it may be lost in a crash: it only tells what a leader tells again. */
        boolean isLazy() {
            return writes.stream().allMatch(LogWrite.SetDecidedIndex.class::isInstance);
        }
    }

    GroupWriter(SegmentFolder folder, SpareSegment spare, Recovery.Recovered recovered, int segmentBytes) {
        this.folder = folder;
        this.spare = spare;
        this.index = recovered.index();
        this.active = recovered.active();
        this.head = recovered.head();
        this.segmentBytes = segmentBytes;
    }

    void setListener(LogActivity.Listener counting) {
        listener = counting;
    }

    /**
     * Makes the group durable, then its entries readable. Lazy batches are written too, but alone they are not worth an fsync:
     * the next one takes them along.
     */
    void write(List<Batch> group) throws IOException {
        firstOfGroup = active.header().number(); // What is staged is not in the index yet, and must stay.
        boolean isLazy = true;
        for (Batch batch : group) {
            if (!batch.writes().isEmpty()) {
                stage(batch);
                isLazy &= batch.isLazy();
            }
        }
        long bytes = buffer.position();
        long began = System.nanoTime();
        flush();
        if (!isLazy) {
            active.force();
            listener.synced(Duration.ofNanos(System.nanoTime() - began), group.size(), bytes);
        }
        index.publish(() -> changes.forEach(Runnable::run));
        changes.clear();
        makeRoom(index.firstSegment(active.header().number()));
    }

    private void makeRoom(long firstNeeded) {
        if (firstNeeded > firstKept) {
            firstKept = firstNeeded;
            spare.makeRoom(firstNeeded);
        }
    }

    private void stage(Batch batch) throws IOException {
        int recordBytes = RecordCodec.recordBytes(batch.bodyBytes());
        if (!active.hasRoomFor(recordBytes, buffer.position())) {
            flush();
            roll();
        }
        makeRoomFor(recordBytes);
        int offset = active.end() + buffer.position();
        active.codec().encode(batch.writes(), offset, active.forced(), buffer);
        head = batch.headAfter();
        long segment = active.header().number();
        changes.add(() -> BatchCodec.locate(batch.writes(), segment, offset + RecordCodec.HEADER_BYTES, index));
    }

    private void makeRoomFor(int recordBytes) {
        if (buffer.remaining() >= recordBytes) {
            return;
        }
        long wanted = Math.max((long) buffer.position() + recordBytes, 2L * buffer.capacity());
        ByteBuffer larger = ByteBuffer.allocate((int) Math.min(wanted, Integer.MAX_VALUE - Long.BYTES));
        buffer = larger.put(buffer.flip());
    }

    private void flush() throws IOException {
        if (buffer.position() > 0) {
            active.write(buffer.flip());
            buffer = buffer.capacity() > 2 * BUFFER_BYTES ? ByteBuffer.allocate(BUFFER_BYTES) : buffer.clear();
        }
    }

    /** Seals the segment and goes on in the next. The sealed one is durable to its end before the next has a name. */
    private void roll() throws IOException {
        active.force();
        SegmentHeader sealed = active.header();
        SegmentHeader header = new SegmentHeader(
                sealed.logId(), sealed.configurationId(), sealed.number() + 1, segmentBytes, active.end(), head);
        active.close();
        active = folder.promoteSpare(spare.take(), header);
        makeRoom(index.firstSegment(firstOfGroup)); // Before the next is prepared: it needs the room.
        spare.prepare();
    }

    /** Makes lazy batches durable too, then lets go of the files. */
    void finish() throws IOException {
        active.force();
    }

    @Override
    public void close() throws IOException {
        active.close();
    }
}
