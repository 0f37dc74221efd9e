package io.omnisql.client.report;

import org.HdrHistogram.Histogram;

/** Latencies in microseconds of the requests that were done. All 0 when there were none. */
public record Latencies(long count, double mean, long min, long p50, long p90, long p99, long p999, long max) {
    static Latencies of(Histogram histogram) {
        long count = histogram.getTotalCount();
        return count == 0
                ? new Latencies(0, 0, 0, 0, 0, 0, 0, 0)
                : new Latencies(
                        count,
                        Math.round(histogram.getMean() * 10) / 10.0,
                        histogram.getMinValue(),
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(90),
                        histogram.getValueAtPercentile(99),
                        histogram.getValueAtPercentile(99.9),
                        histogram.getMaxValue());
    }
}
