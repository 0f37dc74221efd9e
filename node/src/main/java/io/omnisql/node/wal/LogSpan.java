package io.omnisql.node.wal;

import io.omnisql.node.replica.LogActivity;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** How many bytes of the log's files lie between an entry and the last one. For one question each. */
final class LogSpan {
    private final SegmentFolder folder;
    private final SlotIndex index;
    private final Map<Long, Long> sizes = new TreeMap<>();

    LogSpan(SegmentFolder folder, SlotIndex index) {
        this.folder = folder;
        this.index = index;
    }

    LogActivity.Retained retained() throws IOException {
        long from = index.begin();
        long until = index.size();
        return new LogActivity.Retained(from, from < until ? bytesFrom(from, until) : 0);
    }

    long indexOfLast(long bytes) throws IOException {
        long until = index.size();
        long tooMuch = index.begin();
        long fits = until;
        while (tooMuch < fits) {
            long middle = tooMuch + (fits - tooMuch) / 2;
            if (bytesFrom(middle, until) > bytes) {
                tooMuch = middle + 1;
            } else {
                fits = middle;
            }
        }
        return fits;
    }

    /** Places ascend with the slots. What is trimmed, or replaced, meanwhile counts as nothing: the next question tells. */
    private long bytesFrom(long from, long until) throws IOException {
        long[] first = index.places(from, from + 1);
        long[] last = index.places(until - 1, until);
        if (first.length == 0 || last.length == 0) {
            return 0;
        }
        long bytes = (long) SlotIndex.offset(last[0]) - SlotIndex.offset(first[0]);
        for (long number = SlotIndex.segment(first[0]); number < SlotIndex.segment(last[0]); number++) {
            bytes += size(number);
        }
        return bytes;
    }

    private long size(long number) throws IOException {
        Long known = sizes.get(number);
        if (known == null) {
            known = folder.bytes(number);
            sizes.put(number, known);
        }
        return known;
    }
}
