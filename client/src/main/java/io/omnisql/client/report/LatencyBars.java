package io.omnisql.client.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A latency histogram for the terminal: a line per bucket, bounds 1, 2, 5, 10, … */
public final class LatencyBars {
    private static final int BAR_WIDTH = 40;
    private static final double MICROS_PER_MILLI = 1000.0;

    private LatencyBars() {}

    /** The lines, without the empty buckets at both ends; one line when nothing was measured. */
    public static List<String> lines(String title, Histogram histogram) {
        List<String> lines = new ArrayList<>();
        Latencies latencies = Latencies.of(histogram);
        lines.add(String.format(
                Locale.ROOT,
                "%s: %d done; latency in ms: min %s, p50 %s, p90 %s, p99 %s, p99.9 %s, max %s",
                title,
                latencies.count(),
                millis(latencies.min()),
                millis(latencies.p50()),
                millis(latencies.p90()),
                millis(latencies.p99()),
                millis(latencies.p999()),
                millis(latencies.max())));
        if (latencies.count() > 0) {
            lines.addAll(bars(histogram));
        }
        return lines;
    }

    private static List<String> bars(Histogram histogram) {
        List<Long> counts = new ArrayList<>();
        List<Long> bounds = new ArrayList<>();
        long low = 0;
        for (long high = 100; low <= histogram.getMaxValue(); high = next(high)) {
            counts.add(histogram.getCountBetweenValues(low, high - 1));
            bounds.add(high);
            low = high;
        }
        long most = counts.stream().mapToLong(Long::longValue).max().orElse(1);
        int first = 0;
        while (counts.get(first) == 0) {
            first++;
        }
        List<String> lines = new ArrayList<>();
        for (int i = first; i < counts.size(); i++) {
            int width = (int) Math.ceilDiv(counts.get(i) * BAR_WIDTH, most);
            lines.add(String.format(
                    Locale.ROOT,
                    "  < %8s ms %-" + BAR_WIDTH + "s %d",
                    millis(bounds.get(i)),
                    "#".repeat(width),
                    counts.get(i)));
        }
        return lines;
    }

    private static long next(long bound) {
        boolean isTwo = Long.toString(bound).startsWith("2");
        return isTwo ? bound / 2 * 5 : bound * 2;
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, micros < 100_000 ? "%.1f" : "%.0f", micros / MICROS_PER_MILLI);
    }
}
