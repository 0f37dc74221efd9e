package io.omnisql.node.wal;

import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.LogWrite;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log back: every batch that was acknowledged, in order. A tail that a crash tore is cut; anything else that does not
 * fit is refused with a {@link LogRotException}.
 */
final class Recovery {
    private static final Logger LOG = Logger.getLogger(Recovery.class);

    private final SegmentFolder folder;
    private final long configurationId;
    private final SlotIndex index = new SlotIndex();
    private final RetainedWindow window;
    private LogHead head;
    private @Nullable SegmentScan previous;

    /** What was found. */
    record Recovered(DurableState state, LogHead head, SlotIndex index, Segment active) {}

    Recovery(SegmentFolder folder, long configurationId, long retainedBytes) {
        this.folder = folder;
        this.configurationId = configurationId;
        this.window = new RetainedWindow(retainedBytes);
        this.head = LogHead.empty(configurationId);
    }

    /** Opens the log of the folder; makes one whose first segment has {@code firstSegmentBytes} when there is none. */
    Recovered recover(int firstSegmentBytes) throws IOException {
        try {
            return recovered(firstSegmentBytes);
        } catch (InternalError unreadable) { // So the JVM tells that a page of a mapped file could not be read.
            throw new IOException("The log cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private Recovered recovered(int firstSegmentBytes) throws IOException {
        folder.deleteSpare();
        List<Long> numbers = folder.numbers();
        Segment active = numbers.isEmpty() ? createFirst(firstSegmentBytes) : readAll(numbers);
        DurableState state = new DurableState(
                head.standing(),
                head.promise(),
                head.acceptedRound(),
                head.decidedIndex(),
                head.compactedIndex(),
                window.from(),
                window.entries());
        return new Recovered(state, head, index, active);
    }

    private Segment createFirst(int bytes) throws IOException {
        SegmentHeader header =
                new SegmentHeader(new SecureRandom().nextLong(), configurationId, 1, bytes, SegmentHeader.BYTES, head);
        SegmentFile file = folder.createSpare(bytes, () -> false);
        try {
            return folder.promoteSpare(file, header);
        } catch (IOException failure) {
            file.close();
            throw failure;
        }
    }

    private Segment readAll(List<Long> numbers) throws IOException {
        long first = numbers.getFirst();
        long last = first + numbers.size() - 1;
        for (long number = first; number < last; number++) {
            try (SegmentFile file = folder.openToRead(number);
                    Arena arena = Arena.ofConfined()) {
                SegmentScan scan = read(number, file, arena);
                if (scan.tailBytes() > 0) {
                    throw new LogRotException(scan.path(), scan.end(), "no valid record here, though the log goes on");
                }
                previous = scan;
            }
        }
        SegmentFile file = folder.open(last);
        try (Arena arena = Arena.ofConfined()) {
            SegmentScan scan = read(last, file, arena);
            if (index.begin() > head.compactedIndex()) {
                throw new LogRotException(
                        folder.path(first), 0, "entries from slot " + head.compactedIndex() + " on are missing");
            }
            return activate(scan, file);
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    private SegmentScan read(long number, SegmentFile file, Arena arena) throws IOException {
        SegmentScan scan = SegmentScan.read(folder.path(number), file, arena);
        beginAfterDeleted(scan.header());
        requireContinuation(number, scan);
        try {
            scan.forEachRecord(offset -> follow(scan, offset));
        } catch (IllegalArgumentException misfit) {
            throw new LogRotException(scan.path(), scan.end(), String.valueOf(misfit.getMessage()));
        }
        return scan;
    }

    /** Segments before this one are deleted, nobody needs their entries; the rest of the state is in its header. */
    private void beginAfterDeleted(SegmentHeader header) {
        if (previous == null && header.number() > 1) {
            head = header.head();
            index.beginAt(head.acceptedIndex());
            window.begin(head.acceptedIndex());
        }
    }

    private void follow(SegmentScan scan, int offset) {
        List<LogWrite> writes = RecordCodec.decode(scan.bytes(), offset);
        head = head.after(writes);
        BatchCodec.locate(writes, scan.header().number(), offset + RecordCodec.HEADER_BYTES, index);
        window.follow(writes, head.decidedIndex());
    }

    private void requireContinuation(long number, SegmentScan scan) throws LogRotException {
        SegmentHeader header = scan.header();
        if (header.configurationId() != configurationId) {
            throw new LogRotException(
                    scan.path(),
                    0,
                    "the log belongs to configuration " + header.configurationId() + ", not to " + configurationId);
        }
        boolean sameLog = previous == null || previous.header().logId() == header.logId();
        boolean joins = previous == null
                ? header.number() > 1 || header.previousEnd() == SegmentHeader.BYTES
                : header.previousEnd() == previous.end();
        if (header.number() != number || !sameLog || !joins || !header.head().equals(head)) {
            throw new LogRotException(scan.path(), 0, "the segment does not continue the one before it");
        }
    }

    private Segment activate(SegmentScan scan, SegmentFile file) throws IOException {
        int tailBytes = scan.tailBytes();
        if (tailBytes > 0) {
            scan.requireTailNeverAcknowledged();
            LOG.warnf(
                    "A torn tail of the log is cut, it was never acknowledged: file=%s offset=%d bytes=%d",
                    scan.path(), scan.end(), tailBytes);
        }
        // What is readable may be in memory only, even after a failed fsync: it is durable when written again.
        ByteBuffer unproven = ByteBuffer.allocate(scan.end() - scan.forced() + tailBytes);
        unproven.put(scan.bytes().slice(scan.forced(), scan.end() - scan.forced()))
                .rewind();
        file.write(unproven, scan.forced());
        file.force();
        return new Segment(scan.header(), file, scan.end());
    }
}
