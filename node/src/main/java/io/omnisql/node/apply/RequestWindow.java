package io.omnisql.node.apply;

import io.omnisql.node.sql.RequestId;

/**
 * Which request ids were applied at which slot, for the last slots of the log. Two generations take turns, so that forgetting costs
 * nothing; whether an id is known depends on the slots alone, never on when memory was cleaned. Used by the applier's thread only.
 */
final class RequestWindow {
    /** No slot. */
    static final long UNKNOWN = -1;

    private final long windowSlots;
    private Generation young = new Generation();
    private Generation old = new Generation();
    private long youngFrom;

    RequestWindow(long windowSlots) {
        this.windowSlots = windowSlots;
    }

    /** Remembers; slots ascend. */
    void add(RequestId id, long slot) {
        if (slot - youngFrom > windowSlots) {
            old = young;
            young = new Generation();
            youngFrom = slot;
        }
        young.put(id, slot);
    }

    /** The slot within the window before {@code now} at which the id was applied, or {@link #UNKNOWN}. */
    long slotOf(RequestId id, long now) {
        long slot = young.get(id);
        if (slot == UNKNOWN) {
            slot = old.get(id);
        }
        return slot != UNKNOWN && now - slot <= windowSlots ? slot : UNKNOWN;
    }

    /** Forgets all. */
    void clear() {
        young = new Generation();
        old = new Generation();
        youngFrom = 0;
    }

    /** A hash table in one array: four numbers for each id, the slot plus one last; linear probing. */
    private static final class Generation {
        private static final int FIELDS = 4;
        private static final int SLOT = 3;
        private long[] table = new long[1 << 10];
        private int size;

        void put(RequestId id, long slot) {
            if ((size + 1) * FIELDS * 2 > table.length) {
                grow();
            }
            int at = find(id.sessionHigh(), id.sessionLow(), id.sequence());
            size += table[at + SLOT] == 0 ? 1 : 0;
            set(at, id.sessionHigh(), id.sessionLow(), id.sequence());
            table[at + SLOT] = slot + 1;
        }

        long get(RequestId id) {
            return table[find(id.sessionHigh(), id.sessionLow(), id.sequence()) + SLOT] - 1;
        }

        private int find(long high, long low, long sequence) {
            int mask = table.length / FIELDS - 1;
            long hash = ResultDigest.mix(ResultDigest.mix(high, low), sequence);
            int place = (int) (hash & mask);
            while (true) {
                int at = place * FIELDS;
                boolean isSame = table[at] == high && table[at + 1] == low && table[at + 2] == sequence;
                if (table[at + SLOT] == 0 || isSame) {
                    return at;
                }
                place = (place + 1) & mask;
            }
        }

        private void set(int at, long high, long low, long sequence) {
            table[at] = high;
            table[at + 1] = low;
            table[at + 2] = sequence;
        }

        private void grow() {
            long[] smaller = table;
            table = new long[smaller.length * 2];
            for (int from = 0; from < smaller.length; from += FIELDS) {
                if (smaller[from + SLOT] != 0) {
                    int at = find(smaller[from], smaller[from + 1], smaller[from + 2]);
                    System.arraycopy(smaller, from, table, at, FIELDS);
                }
            }
        }
    }
}
