package io.omnisql.client.report;

import io.omnisql.client.connection.Outcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Running counts and histograms of one client, per kind, phase and node. For several threads. */
public final class Measurements {
    private final Map<Series, Tally> tallies = new TreeMap<>();

    private record Series(RequestKind kind, int phase, String node) implements Comparable<Series> {
        @Override
        public int compareTo(Series other) {
            int byKind = kind.compareTo(other.kind);
            int byPhase = byKind == 0 ? Integer.compare(phase, other.phase) : byKind;
            return byPhase == 0 ? node.compareTo(other.node) : byPhase;
        }

        String label() {
            return kind.label() + "/phase " + phase + "/" + node;
        }
    }

    /** Counts a request. */
    public synchronized void add(RequestRecord request) {
        var series = new Series(request.kind(), request.phase(), request.node());
        tallies.computeIfAbsent(series, _ -> new Tally()).add(request);
    }

    /** How many requests ended so. */
    public synchronized long count(Outcome outcome) {
        return tallies.values().stream()
                .mapToLong(tally -> tally.count(outcome))
                .sum();
    }

    /** Latencies of what was done, in microseconds; a copy. */
    public synchronized Histogram latencies(RequestKind kind) {
        Tally sum = new Tally();
        tallies.forEach((series, tally) -> {
            if (series.kind() == kind) {
                sum.add(tally);
            }
        });
        return sum.latencies();
    }

    /** The whole. */
    public synchronized Summary.Group total(double seconds) {
        Tally sum = new Tally();
        tallies.values().forEach(sum::add);
        return sum.group(seconds);
    }

    /** Per kind. */
    public Map<String, Summary.Group> byKind(double seconds) {
        return grouped(series -> series.kind().label(), _ -> seconds);
    }

    /** Per phase; {@code phaseSeconds} tells how long a phase, counted from 1, took. */
    public Map<String, Summary.Group> byPhase(Function<Integer, Double> phaseSeconds) {
        return grouped(series -> "phase " + series.phase(), series -> phaseSeconds.apply(series.phase()));
    }

    /** Per node. */
    public Map<String, Summary.Group> byNode(double seconds) {
        return grouped(Series::node, _ -> seconds);
    }

    /** Per kind, phase and node. */
    public Map<String, Summary.Group> bySeries(Function<Integer, Double> phaseSeconds) {
        return grouped(Series::label, series -> phaseSeconds.apply(series.phase()));
    }

    private synchronized Map<String, Summary.Group> grouped(
            Function<Series, String> label, Function<Series, Double> seconds) {
        Map<String, Tally> sums = new TreeMap<>();
        Map<String, Double> times = new TreeMap<>();
        tallies.forEach((series, tally) -> {
            sums.computeIfAbsent(label.apply(series), _ -> new Tally()).add(tally);
            times.put(label.apply(series), seconds.apply(series));
        });
        Map<String, Summary.Group> groups = new TreeMap<>();
        sums.forEach((name, sum) -> groups.put(name, sum.group(times.getOrDefault(name, 0.0))));
        return groups;
    }
}
