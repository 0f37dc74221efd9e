package io.omnisql.node.wal;

import java.util.ArrayList;
import java.util.List;

/** Where each durable entry lies: slot → segment and offset, eight bytes a slot. Thread-safe. */
final class SlotIndex {
    private static final int OFFSET_BITS = 31;
    private static final int CHUNK_SLOTS = 1 << 14;

    private final List<long[]> chunks = new ArrayList<>();
    private long firstChunk;
    private long begin;
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

    /** The first slot that is known. */
    synchronized long begin() {
        return begin;
    }

    /** The slot after the last that is known: an exclusive index. */
    synchronized long size() {
        return size;
    }

    /** The next slot's entry lies here. */
    synchronized void add(long segment, int offset) {
        int chunk = (int) (size / CHUNK_SLOTS - firstChunk);
        if (chunk == chunks.size()) {
            chunks.add(new long[CHUNK_SLOTS]);
        }
        chunks.get(chunk)[(int) (size % CHUNK_SLOTS)] = place(segment, offset);
        size++;
    }

    /** Forgets every slot from {@code from} on. */
    synchronized SlotIndex truncate(long from) {
        if (from < begin) {
            beginAt(from);
            return this;
        }
        size = Math.min(size, from);
        int chunksKept = Math.toIntExact((size + CHUNK_SLOTS - 1) / CHUNK_SLOTS - firstChunk);
        chunks.subList(Math.min(chunksKept, chunks.size()), chunks.size()).clear();
        return this;
    }

    /** Forgets every slot below {@code until}; when none remains, the next slot is {@code until}. */
    synchronized void compact(long until) {
        if (until >= size) {
            beginAt(until);
        } else if (until > begin) {
            begin = until;
            int whole = Math.toIntExact(until / CHUNK_SLOTS - firstChunk);
            chunks.subList(0, whole).clear();
            firstChunk += whole;
        }
    }

    /** Knows nothing; the next slot is {@code slot}. */
    synchronized void beginAt(long slot) {
        chunks.clear();
        firstChunk = slot / CHUNK_SLOTS;
        begin = slot;
        size = slot;
    }

    /** The segment of the first slot that is known, or {@code otherwise} when none is. All others lie there or later. */
    synchronized long firstSegment(long otherwise) {
        return begin < size ? segment(placeOf(begin)) : otherwise;
    }

    /** Places of slots [from, until), as many of them as are known; none when {@code from} is forgotten. */
    synchronized long[] places(long from, long until) {
        long end = from < begin ? from : Math.min(until, size);
        long[] places = new long[(int) Math.max(0, end - from)];
        for (int i = 0; i < places.length; i++) {
            places[i] = placeOf(from + i);
        }
        return places;
    }

    private long placeOf(long slot) {
        return chunks.get((int) (slot / CHUNK_SLOTS - firstChunk))[(int) (slot % CHUNK_SLOTS)];
    }

    /** All changes of a group become visible at once. */
    synchronized void publish(Runnable changes) {
        changes.run();
    }
}
