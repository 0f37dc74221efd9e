package io.omnisql.node.wal;

import java.util.ArrayList;
import java.util.List;

/** Where each durable entry lies: slot → segment and offset, eight bytes a slot. Thread-safe. */
final class SlotIndex {
    private static final int OFFSET_BITS = 31;
    private static final int CHUNK_SLOTS = 1 << 14;

    private final List<long[]> chunks = new ArrayList<>();
    private long size;

    /** Packs a place into one number. */
    private static long place(long segment, int offset) {
        return segment << OFFSET_BITS | offset;
    }

    /** The segment of a place. */
    static long segment(long place) {
        return place >>> OFFSET_BITS;
    }

    /** The offset of a place in its segment. */
    static int offset(long place) {
        return (int) (place & ((1L << OFFSET_BITS) - 1));
    }

    /** Slots known: an exclusive index. */
    synchronized long size() {
        return size;
    }

    /** The next slot's entry lies here. */
    synchronized void add(long segment, int offset) {
        int chunk = (int) (size / CHUNK_SLOTS);
        if (chunk == chunks.size()) {
            chunks.add(new long[CHUNK_SLOTS]);
        }
        chunks.get(chunk)[(int) (size % CHUNK_SLOTS)] = place(segment, offset);
        size++;
    }

    /** Forgets every slot from {@code from} on. */
    synchronized SlotIndex truncate(long from) {
        size = Math.min(size, from);
        int chunksKept = (int) ((size + CHUNK_SLOTS - 1) / CHUNK_SLOTS);
        chunks.subList(chunksKept, chunks.size()).clear();
        return this;
    }

    /** Places of slots [from, until), as many of them as are known. */
    synchronized long[] places(long from, long until) {
        long end = Math.min(until, size);
        long[] places = new long[(int) Math.max(0, end - from)];
        for (int i = 0; i < places.length; i++) {
            long slot = from + i;
            places[i] = chunks.get((int) (slot / CHUNK_SLOTS))[(int) (slot % CHUNK_SLOTS)];
        }
        return places;
    }

    /** All changes of a group become visible at once. */
    synchronized void publish(Runnable changes) {
        changes.run();
    }
}
