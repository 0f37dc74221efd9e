package io.omnisql.omnipaxos;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The log's entries from {@code retainedFrom} to its end, in memory; older ones are decided, durable and only on disk, down to
 * {@code compactedIndex}, below which there is nothing any more.
 *
 * <p>It remembers from which slot on it differs from what was last handed out as a {@link LogWrite.AppendEntries}, so any number
 * of changes between two outputs become one write.
 */
final class ReplicatedLog {
    private static final int INITIAL_CAPACITY = 64;
    private static final long UNCHANGED = Long.MAX_VALUE;

    private @Nullable Entry[] ring = new Entry[INITIAL_CAPACITY];
    private long compactedIndex;
    private long retainedFrom;
    private long acceptedIndex;
    private long decidedIndex;
    private long sizeBytes;
    private long undecidedBytes;
    private long changedFrom = UNCHANGED;
    private Entry.@Nullable StopSign lastStopSign; // The last entry, when that ends the configuration in force.
    private long configurationId;

    ReplicatedLog(long configurationId, DurableState recovered) {
        this.configurationId = configurationId;
        this.compactedIndex = recovered.compactedIndex();
        long retainedFrom = recovered.retainedFrom();
        this.retainedFrom = retainedFrom;
        this.acceptedIndex = retainedFrom;
        this.decidedIndex = retainedFrom;
        for (Entry entry : recovered.entries()) {
            append(entry);
        }
        raiseDecided(recovered.decidedIndex());
        changedFrom = UNCHANGED; // These entries come from disk.
    }

    long compactedIndex() {
        return compactedIndex;
    }

    long retainedFrom() {
        return retainedFrom;
    }

    long acceptedIndex() {
        return acceptedIndex;
    }

    long decidedIndex() {
        return decidedIndex;
    }

    /** What the entries at and beyond the decided index weigh. */
    long undecidedBytes() {
        return undecidedBytes;
    }

    /** Whether the log ends with a stop sign of the configuration in force: nothing may follow on it. */
    boolean isSealed() {
        return lastStopSign != null;
    }

    /** Whether that stop sign is decided, too. */
    boolean isEndDecided() {
        return lastStopSign != null && decidedIndex == acceptedIndex;
    }

    Entry.StopSign lastStopSign() {
        return Objects.requireNonNull(lastStopSign, "the log is not sealed");
    }

    /** Another configuration is in force: what ended the one before is an entry like others. */
    void enter(long configurationId) {
        this.configurationId = configurationId;
        lastStopSign = null;
    }

    Entry entry(long slot) {
        Entry entry = slot >= retainedFrom && slot < acceptedIndex ? ring[place(slot)] : null;
        if (entry == null) {
            throw new InvariantViolation(
                    "slot " + slot + " is outside of what is held: " + retainedFrom + " to " + acceptedIndex);
        }
        return entry;
    }

    /** The entries [from, until) as an immutable list; all must be in memory. */
    List<Entry> entries(long from, long until) {
        Invariants.check(from <= until, "entries from %d until %d", from, until);
        Entry[] copy = new Entry[Math.toIntExact(until - from)];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = entry(from + i);
        }
        return List.of(copy);
    }

    /** Where a message that starts with slot {@code from} must end to stay within {@code bytesMax}, with at least one entry. */
    long messageEnd(long from, long bytesMax) {
        long end = from;
        long bytes = 0;
        while (end < acceptedIndex && (end == from || bytes + entry(end).sizeBytes() <= bytesMax)) {
            bytes += entry(end).sizeBytes();
            end++;
        }
        return end;
    }

    void append(Entry entry) {
        Invariants.check(lastStopSign == null, "slot %d behind a stop sign", acceptedIndex);
        if (entry instanceof Entry.StopSign sign && sign.next().id() > configurationId) {
            lastStopSign = sign;
        }
        if (acceptedIndex - retainedFrom == ring.length) {
            grow();
        }
        ring[place(acceptedIndex)] = entry;
        sizeBytes += entry.sizeBytes();
        undecidedBytes += entry.sizeBytes();
        changedFrom = Math.min(changedFrom, acceptedIndex);
        acceptedIndex++;
    }

    /** Replaces whatever is held at or beyond {@code from}. Decided entries never change. */
    void replaceFrom(long from, List<Entry> entries) {
        Invariants.check(
                from >= decidedIndex && from <= acceptedIndex,
                "log of %d entries, %d decided, cut at %d",
                acceptedIndex,
                decidedIndex,
                from);
        if (acceptedIndex > from) {
            lastStopSign = null;
        }
        while (acceptedIndex > from) {
            undecidedBytes -= entry(acceptedIndex - 1).sizeBytes();
            acceptedIndex--;
            release(acceptedIndex);
        }
        changedFrom = Math.min(changedFrom, from);
        for (Entry entry : entries) {
            append(entry);
        }
    }

    /** Never moves back. */
    void raiseDecided(long index) {
        Invariants.check(index <= acceptedIndex, "decided %d of %d entries", index, acceptedIndex);
        for (long slot = decidedIndex; slot < index; slot++) {
            undecidedBytes -= entry(slot).sizeBytes();
        }
        decidedIndex = Math.max(decidedIndex, index);
    }

    boolean isChanged() {
        return changedFrom != UNCHANGED;
    }

    /** The write that makes the disk equal to this log. */
    LogWrite.AppendEntries takeChange() {
        LogWrite.AppendEntries change = new LogWrite.AppendEntries(changedFrom, entries(changedFrom, acceptedIndex));
        changedFrom = UNCHANGED;
        return change;
    }

    /** Forgets the oldest entries below {@code until}, which are on disk, as long as more than {@code bytesMax} are held. */
    void forget(long until, long bytesMax) {
        Invariants.check(until <= decidedIndex, "forget %d, but decided %d", until, decidedIndex);
        while (sizeBytes > bytesMax && retainedFrom < until) {
            release(retainedFrom);
            retainedFrom++;
        }
    }

    /** Gives up the entries below {@code index}, which are decided and on disk. */
    void compact(long index) {
        Invariants.check(index <= decidedIndex, "compact %d, but decided %d", index, decidedIndex);
        compactedIndex = Math.max(compactedIndex, index);
        releaseBelow(compactedIndex);
    }

    /**
     * A state installed from elsewhere covers all below {@code index}, more than was known as decided here. Entries at and beyond
     * it stay: a quorum may count on them.
     */
    void beginAt(long index) {
        Invariants.check(index > decidedIndex, "begin at %d, but decided %d", index, decidedIndex);
        boolean isBeyondEnd = index >= acceptedIndex;
        raiseDecided(Math.min(index, acceptedIndex));
        releaseBelow(index);
        decidedIndex = index;
        compactedIndex = index;
        if (isBeyondEnd) {
            acceptedIndex = index;
            lastStopSign = null;
            changedFrom = index; // The disk may still hold more than memory did: it must be cut there.
        } else if (isChanged()) {
            changedFrom = Math.max(changedFrom, index);
        }
    }

    private void releaseBelow(long index) {
        long end = Math.min(index, acceptedIndex);
        while (retainedFrom < end) {
            release(retainedFrom);
            retainedFrom++;
        }
        retainedFrom = Math.max(retainedFrom, index);
    }

    private void release(long slot) {
        int place = place(slot);
        Entry entry = ring[place];
        if (entry != null) {
            sizeBytes -= entry.sizeBytes();
        }
        ring[place] = null;
    }

    private void grow() {
        Entry[] larger = new Entry[ring.length * 2];
        for (long slot = retainedFrom; slot < acceptedIndex; slot++) {
            larger[(int) (slot & (larger.length - 1))] = entry(slot);
        }
        ring = larger;
    }

    private int place(long slot) {
        return (int) (slot & (ring.length - 1)); // The length is a power of two.
    }
}
