package io.omnisql.node.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The read indexes that this node was told, each with a moment before it was asked for: whatever was decided anywhere by then lies below
 * the index. So a node that has executed as much is up to date as of that moment. Several are kept, because the newest is mostly not
 * executed yet when it is told. At most {@link #KEPT_MAX}. Moments are those of one clock, in nanoseconds. Not thread-safe.
 */
final class ToldReadIndexes {
    static final int KEPT_MAX = 16;

    private final List<Told> kept = new ArrayList<>(KEPT_MAX);

    private record Told(long readIndex, long askedNanos) {
        boolean isNoBetterThan(Told other) {
            return other.readIndex <= readIndex && other.askedNanos - askedNanos >= 0;
        }
    }

    /** Takes a read index up that was not asked for before {@code askedNanos}. */
    void add(long readIndex, long askedNanos, long appliedIndex) {
        forgetOlder(appliedIndex);
        var told = new Told(readIndex, askedNanos);
        if (kept.stream().anyMatch(told::isNoBetterThan)) {
            return;
        }
        kept.removeIf(other -> other.isNoBetterThan(told));
        if (kept.size() < KEPT_MAX) {
            kept.add(told); // Else those that were told before are executed first, and make room.
        }
    }

    /** As of when a node that has executed so many entries is up to date; empty when nothing tells it. */
    OptionalLong upToDateAsOf(long appliedIndex) {
        Told newest = forgetOlder(appliedIndex);
        return newest == null ? OptionalLong.empty() : OptionalLong.of(newest.askedNanos);
    }

    /** Of those that are executed only the newest counts. */
    private @Nullable Told forgetOlder(long appliedIndex) {
        Told newest = null;
        for (Told told : kept) {
            boolean isExecuted = told.readIndex <= appliedIndex;
            if (isExecuted && (newest == null || told.askedNanos - newest.askedNanos > 0)) {
                newest = told;
            }
        }
        Told best = newest;
        kept.removeIf(told -> told.readIndex <= appliedIndex && !told.equals(best));
        return best;
    }
}
