package io.omnisql.client.report;

import io.omnisql.client.connection.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;

/**
 * Draws what the request logs of one or several clients show, as PNG and SVG: latency over time, requests per node and per
 * outcome over time, and the latency percentile curve.
 */
public final class Plots {
    private static final double MICROS_PER_MILLI = 1000.0;
    private static final double[] PERCENTILES_OVER_TIME = {50, 99};

    private final List<Path> logs;
    private final LongSummaryStatistics times = new LongSummaryStatistics();

    private Plots(List<Path> logs) throws IOException {
        this.logs = logs;
        forEach(request -> {
            times.accept(request.intendedMicros());
            times.accept(request.endMicros());
        });
    }

    /**
     * Draws all plots from the logs into the folder.
     *
     * @return the files written; none when the logs hold no request
     */
    public static List<Path> draw(List<Path> logs, Path folder) throws IOException {
        Plots plots = new Plots(logs);
        if (plots.times.getCount() == 0) {
            return List.of();
        }
        Files.createDirectories(folder);
        List<Path> files = new ArrayList<>();
        files.addAll(save(plots.latencyOverTime(), folder.resolve("latency-over-time")));
        files.addAll(save(plots.requestsPerNode(), folder.resolve("requests-per-node")));
        files.addAll(save(plots.requestsPerOutcome(), folder.resolve("requests-per-outcome")));
        files.addAll(save(plots.latencyPercentiles(), folder.resolve("latency-percentiles")));
        return files;
    }

    private XYChart latencyOverTime() throws IOException {
        var buckets = this.<Histogram>buckets(() -> new Histogram(2));
        forEach(request -> {
            if (request.outcome() == Outcome.OK) {
                buckets.at(request.kind().label(), request.intendedMicros()).recordValue(request.latencyMicros());
            }
        });
        XYChart chart = Charts.overTime("Latency by intended start", "latency [ms]");
        chart.getStyler().setYAxisLogarithmic(true);
        for (String kind : buckets.labels()) {
            for (double percentile : PERCENTILES_OVER_TIME) {
                List<Double> millis = buckets.values(kind).stream()
                        .map(each -> millisAt(each, percentile))
                        .toList();
                chart.addSeries(kind + " p" + (int) percentile, buckets.seconds(kind), millis);
            }
        }
        return Charts.coloured(chart, PERCENTILES_OVER_TIME.length);
    }

    private XYChart requestsPerNode() throws IOException {
        var buckets = this.<LongAdder>buckets(LongAdder::new);
        forEach(request -> {
            if (request.outcome() == Outcome.OK) {
                buckets.at(request.node(), request.endMicros()).increment();
            }
        });
        return rates(buckets, "Requests done, per node");
    }

    private XYChart requestsPerOutcome() throws IOException {
        var buckets = this.<LongAdder>buckets(LongAdder::new);
        forEach(request -> buckets.at(
                        request.kind().label() + " " + Charts.label(request.outcome()), request.endMicros())
                .increment());
        return rates(buckets, "Requests per outcome");
    }

    private static XYChart rates(TimeBuckets<LongAdder> buckets, String title) {
        XYChart chart = Charts.overTime(title, "requests per second");
        for (String label : buckets.labels()) {
            List<Double> rates = buckets.allValues(label).stream()
                    .map(each -> each.sum() / (double) buckets.sliceSeconds())
                    .toList();
            chart.addSeries(label, buckets.allSeconds(), rates);
        }
        return Charts.coloured(chart, 1);
    }

    private XYChart latencyPercentiles() throws IOException {
        Map<String, Histogram> histograms = new TreeMap<>();
        forEach(request -> {
            if (request.outcome() == Outcome.OK) {
                histograms
                        .computeIfAbsent(request.kind().label(), _ -> new Histogram(3))
                        .recordValue(request.latencyMicros());
            }
        });
        XYChart chart = Charts.byPercentile();
        histograms.forEach((kind, histogram) -> Charts.addPercentileCurve(chart, kind, histogram));
        return Charts.coloured(chart, 1);
    }

    private <V> TimeBuckets<V> buckets(Supplier<V> fresh) {
        return new TimeBuckets<>(times.getMin(), times.getMax(), fresh);
    }

    private void forEach(Consumer<RequestRecord> action) throws IOException {
        for (Path log : logs) {
            RequestLog.read(log, action);
        }
    }

    private static double millisAt(Histogram histogram, double percentile) {
        return Math.max(1, histogram.getValueAtPercentile(percentile)) / MICROS_PER_MILLI;
    }

    private static List<Path> save(XYChart chart, Path name) throws IOException {
        BitmapEncoder.saveBitmap(chart, name.toString(), BitmapFormat.PNG);
        VectorGraphicsEncoder.saveVectorGraphic(chart, name.toString(), VectorGraphicsFormat.SVG);
        return List.of(
                name.resolveSibling(name.getFileName() + ".png"), name.resolveSibling(name.getFileName() + ".svg"));
    }
}
