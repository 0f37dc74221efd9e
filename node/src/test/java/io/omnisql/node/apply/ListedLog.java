package io.omnisql.node.apply;

import io.omnisql.node.replica.DurableLog;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import java.util.ArrayList;
import java.util.List;

/** A decided log in memory; counts how often it is read. */
final class ListedLog implements DurableLog {
    private final List<Entry> entries = new ArrayList<>();
    private int reads;

    /** Adds an entry; gives its slot. */
    synchronized long add(Entry entry) {
        entries.add(entry);
        return entries.size() - 1L;
    }

    synchronized long size() {
        return entries.size();
    }

    synchronized int reads() {
        return reads;
    }

    synchronized List<Entry> all() {
        return List.copyOf(entries);
    }

    @Override
    public void append(long token, List<LogWrite> writes) {
        throw new UnsupportedOperationException("The applier only reads");
    }

    @Override
    public boolean wouldWait() {
        return false;
    }

    @Override
    public boolean hasWork() {
        return false;
    }

    @Override
    public synchronized List<Entry> read(long from, long until, long bytesMax) {
        reads++;
        var found = new ArrayList<Entry>();
        long bytes = 0;
        for (long slot = from; slot < Math.min(until, entries.size()); slot++) {
            Entry entry = entries.get((int) slot);
            bytes += entry.sizeBytes();
            if (!found.isEmpty() && bytes > bytesMax) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    @Override
    public void close() {}
}
