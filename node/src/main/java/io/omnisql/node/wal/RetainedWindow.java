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

    /** Follows one batch, after which the log is decided up to {@code decidedIndex}. */
    void follow(List<LogWrite> writes, long decidedIndex) {
        for (LogWrite write : writes) {
            if (write instanceof LogWrite.AppendEntries append) {
                truncate(append.from());
                append.entries().forEach(this::add);
            }
        }
        while (bytes > bytesMax && from < decidedIndex) {
            bytes -= entries.removeFirst().sizeBytes();
            from++;
        }
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
