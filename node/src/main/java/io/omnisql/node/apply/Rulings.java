package io.omnisql.node.apply;

import io.omnisql.node.apply.Ruling.Sentence;
import io.omnisql.node.replica.DurableLog;
import io.omnisql.omnipaxos.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rulings in the decided log from the applied index on, known before the applier comes to them: what a later entry says of a slot is
 * looked up when it is that slot's turn. Thread-safe.
 */
final class Rulings {
    /** How much of the log is read at once. */
    private static final long READ_BYTES_MAX = 1L << 20;

    private static final long NOTHING_TOLD = -1;

    private final DurableLog log;
    private final TreeMap<Long, Ruling> byPlace = new TreeMap<>();
    private final TreeSet<Long> stopSigns = new TreeSet<>();
    private long toldFrom = NOTHING_TOLD;
    private boolean isComplete;

    Rulings(DurableLog log) {
        this.log = log;
    }

    /** Takes note of decided entries, in the order of the log and without gaps. Called in a turn of the protocol. */
    synchronized void decided(long from, List<Entry> entries) {
        if (toldFrom == NOTHING_TOLD) {
            toldFrom = from;
        }
        note(from, entries);
    }

    /**
     * Reads those that were decided in an earlier life of this node, once; before this nothing may be looked up. Blocks on the disk. The
     * applier's thread only.
     *
     * @param position the applied index; entries from here on are in the log
     */
    void complete(long position) throws IOException {
        long until;
        synchronized (this) {
            if (isComplete) {
                return;
            }
            until = toldFrom;
        }
        long next = position;
        while (next < until) {
            List<Entry> entries = log.read(next, until, READ_BYTES_MAX);
            if (entries.isEmpty()) {
                throw new IOException("The log has no slot " + next + ", which was decided before this start");
            }
            note(next, entries);
            next += entries.size();
        }
        synchronized (this) {
            isComplete = true;
        }
    }

    private synchronized void note(long from, List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            switch (entries.get(i)) {
                case Entry.Command(byte[] bytes) -> {
                    Ruling ruling = Ruling.of(bytes);
                    if (ruling != null) {
                        byPlace.put(from + i, ruling);
                    }
                }
                case Entry.StopSign stopSign -> stopSigns.add(from + i);
            }
        }
    }

    /** What the log says of a slot that is not applied yet: cancelled, not to be cancelled, or null for nothing yet. */
    synchronized @Nullable Boolean cancels(long slot) {
        for (Map.Entry<Long, Ruling> place : byPlace.tailMap(slot, false).entrySet()) {
            Ruling ruling = place.getValue();
            boolean haveMembersChanged = !stopSigns.subSet(slot, place.getKey()).isEmpty();
            boolean isVoid = ruling.sentence() == Sentence.CANCEL && haveMembersChanged;
            if (ruling.slot() == slot && !isVoid) {
                return ruling.sentence() != Sentence.GO_ON;
            }
        }
        return null;
    }

    /** The first slot of these that the log cancels, or {@code until}. */
    synchronized long firstCancelled(long from, long until) {
        if (byPlace.isEmpty()) {
            return until;
        }
        long slot = from;
        while (slot < until && !Boolean.TRUE.equals(cancels(slot))) {
            slot++;
        }
        return slot;
    }

    /** Forgets what stands before the applied index. */
    synchronized void applied(long position) {
        byPlace.headMap(position).clear();
        stopSigns.headSet(position).clear();
    }
}
