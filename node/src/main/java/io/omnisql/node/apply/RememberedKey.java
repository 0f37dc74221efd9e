package io.omnisql.node.apply;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and when a command with a key of its client's own was applied. Keys are remembered for a day, but not beyond so many entries;
 * both follow from the log alone, so all replicas decide alike, whenever they clean up.
 *
 * @param timeMicros by the log's clock
 * @param sqlState with which the command failed, or null
 */
record RememberedKey(long slot, long timeMicros, @Nullable String sqlState) {
    private static final long KEPT_MICROS = Duration.ofDays(1).toNanos() / 1_000;

    /** The oldest one that still counts for a command at this slot and time. */
    static RememberedKey oldestFor(long slot, long timeMicros, long windowSlots) {
        return new RememberedKey(slot - windowSlots, timeMicros - KEPT_MICROS, null);
    }

    /** Whether this one is not older than that. */
    boolean isSince(RememberedKey oldest) {
        return slot >= oldest.slot && timeMicros >= oldest.timeMicros;
    }
}
