package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a run of entries from the segments, through files of its own: when a reading thread is interrupted the runtime closes its
 * file, and that must not be the one that is being written.
 */
final class EntryReader implements Closeable {
    private static final int WINDOW_BYTES = 256 << 10;

    private final SegmentFolder folder;
    private @Nullable SegmentFile file;
    private long segment;
    private int windowStart;
    private ByteBuffer window = ByteBuffer.allocate(0);

    EntryReader(SegmentFolder folder) {
        this.folder = folder;
    }

    /**
     * Entries at {@code places}, the first of which is slot {@code from}; at least one, at most {@code bytesMax} altogether.
     *
     * @throws LogRotException when the first of them is damaged; what is sound before a damaged one is of use
     */
    List<Entry> read(long from, long[] places, long bytesMax) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        for (long place : places) {
            Entry entry;
            try {
                entry = readEntry(from + entries.size(), place);
            } catch (LogRotException rot) {
                if (entries.isEmpty()) {
                    throw rot;
                }
                break;
            }
            bytes += entry.sizeBytes();
            if (!entries.isEmpty() && bytes > bytesMax) {
                break;
            }
            entries.add(entry);
        }
        return List.copyOf(entries);
    }

    private Entry readEntry(long slot, long place) throws IOException {
        int offset = SlotIndex.offset(place);
        try {
            int contentBytes = EntryCodec.contentBytes(bytesAt(place, EntryCodec.HEADER_BYTES), 0);
            if (contentBytes < 0 || contentBytes > RecordCodec.BODY_BYTES_MAX) {
                throw new IllegalArgumentException("an entry has an impossible length");
            }
            return EntryCodec.decode(slot, bytesAt(place, EntryCodec.HEADER_BYTES + contentBytes));
        } catch (IllegalArgumentException rot) {
            throw new LogRotException(
                    folder.path(SlotIndex.segment(place)), offset, "slot " + slot + ": " + rot.getMessage());
        }
    }

    /** Exactly {@code count} bytes at a place, through a window that holds more than one entry. */
    private ByteBuffer bytesAt(long place, int count) throws IOException {
        int offset = SlotIndex.offset(place);
        boolean inWindow = file != null
                && SlotIndex.segment(place) == segment
                && offset >= windowStart
                && offset + count <= windowStart + window.limit();
        if (!inWindow) {
            load(SlotIndex.segment(place), offset, count);
        }
        if (offset - windowStart + count > window.limit()) {
            throw new IllegalArgumentException("the segment ends within an entry");
        }
        return window.slice(offset - windowStart, count);
    }

    private void load(long number, int offset, int count) throws IOException {
        SegmentFile source = file;
        if (source == null || number != segment) {
            close();
            source = folder.openToRead(number);
            file = source;
            segment = number;
        }
        long available = source.size() - offset;
        window = ByteBuffer.allocate((int) Math.max(0, Math.min(available, Math.max(count, WINDOW_BYTES))));
        source.read(window, offset);
        window.flip();
        windowStart = offset;
    }

    @Override
    public void close() throws IOException {
        SegmentFile source = file;
        file = null;
        if (source != null) {
            source.close();
        }
    }
}
