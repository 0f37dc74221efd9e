package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The log's end while it is recovered: everything from the decided index on, and about so many bytes below it. */
final class RetainedWindow {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final long bytesMax;
    private long from;
    private long bytes;

    RetainedWindow(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The log begins anew at {@code slot}: what is before lies in segments that are deleted, or will not be asked for. */
    void begin(long slot) {
        from = slot;
    }

    /** Follows one batch, after which the log is decided up to {@code decidedIndex}. */
    void follow(List<LogWrite> writes, long decidedIndex) {
        for (LogWrite write : writes) {
            if (write instanceof LogWrite.AppendEntries append) {
                truncate(append.from());
                append.entries().forEach(this::add);
            } else if (write instanceof LogWrite.SetCompactedIndex(long compacted)) {
                compact(compacted);
            }
        }
        while (bytes > bytesMax && from < decidedIndex) {
            bytes -= entries.removeFirst().sizeBytes();
            from++;
        }
    }

    private void compact(long index) {
        while (from < index && !entries.isEmpty()) {
            bytes -= entries.removeFirst().sizeBytes();
            from++;
        }
        from = Math.max(from, index);
    }

    private void truncate(long slot) {
        while (from + entries.size() > slot && !entries.isEmpty()) {
            bytes -= entries.removeLast().sizeBytes();
        }
        from = Math.min(from, slot);
    }

    private void add(Entry entry) {
        entries.addLast(entry);
        bytes += entry.sizeBytes();
    }

    /** Slot of the first entry. */
    long from() {
        return from;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }
}
