package io.omnisql.client.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Values per label and slice of time; the slices are as wide as needed to keep them few.
 *
 * @param <V> what is gathered per slice
 */
final class TimeBuckets<V> {
    private static final int SLICES_MAX = 600;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final long firstMicros;
    private final long sliceSeconds;
    private final Supplier<V> fresh;
    private final Map<String, Map<Long, V>> series = new TreeMap<>();
    private final TreeSet<Long> slices = new TreeSet<>();

    /** For times from {@code firstMicros} to {@code lastMicros}. */
    TimeBuckets(long firstMicros, long lastMicros, Supplier<V> fresh) {
        long seconds = Math.ceilDiv(lastMicros - firstMicros + 1, MICROS_PER_SECOND);
        this.firstMicros = firstMicros;
        this.sliceSeconds = Math.max(1, Math.ceilDiv(seconds, (long) SLICES_MAX));
        this.fresh = fresh;
    }

    V at(String label, long micros) {
        long slice = (micros - firstMicros) / (sliceSeconds * MICROS_PER_SECOND);
        slices.add(slice);
        return series.computeIfAbsent(label, _ -> new TreeMap<>()).computeIfAbsent(slice, _ -> fresh.get());
    }

    List<String> labels() {
        return List.copyOf(series.keySet());
    }

    long sliceSeconds() {
        return sliceSeconds;
    }

    /** Seconds since the first time, for each slice with a value of this label, ascending. */
    List<Double> seconds(String label) {
        return series.getOrDefault(label, Map.of()).keySet().stream()
                .map(this::secondsAt)
                .toList();
    }

    /** The values that belong to {@link #seconds}. */
    List<V> values(String label) {
        return List.copyOf(series.getOrDefault(label, Map.of()).values());
    }

    /**
     * Seconds of every slice from the first to the last but one, with or without a value: the last is cut short by the end, and
     * its counts would look like a drop.
     */
    List<Double> allSeconds() {
        List<Double> all = new ArrayList<>();
        for (long slice = 0; slice < wholeSlices(); slice++) {
            all.add(secondsAt(slice));
        }
        return all;
    }

    /** The values that belong to {@link #allSeconds}; a fresh one where there was none. */
    List<V> allValues(String label) {
        Map<Long, V> values = series.getOrDefault(label, Map.of());
        List<V> all = new ArrayList<>();
        for (long slice = 0; slice < wholeSlices(); slice++) {
            V value = values.get(slice);
            all.add(value == null ? fresh.get() : value);
        }
        return all;
    }

    private long wholeSlices() {
        return slices.isEmpty() ? 0 : Math.max(1, slices.last());
    }

    private double secondsAt(long slice) {
        return (double) slice * sliceSeconds;
    }
}
