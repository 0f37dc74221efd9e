package io.omnisql.client.report;

import io.omnisql.client.connection.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts and latencies of a set of requests. Not for several threads. */
final class Tally {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Map<String, Long> sqlStates = new TreeMap<>();
    private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    private long emptyReads;

    void add(RequestRecord request) {
        outcomes.merge(request.outcome(), 1L, Long::sum);
        if (!request.sqlState().isEmpty()) {
            sqlStates.merge(request.sqlState(), 1L, Long::sum);
        }
        if (request.outcome() == Outcome.OK) {
            latencies.recordValue(request.latencyMicros());
            emptyReads += request.kind() == RequestKind.READ && request.rows() == 0 ? 1 : 0;
        }
    }

    void add(Tally other) {
        other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
        other.sqlStates.forEach((state, count) -> sqlStates.merge(state, count, Long::sum));
        latencies.add(other.latencies);
        emptyReads += other.emptyReads;
    }

    long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    Histogram latencies() {
        return latencies;
    }

    Summary.Group group(double seconds) {
        double perSecond = seconds > 0 ? Math.round(count(Outcome.OK) / seconds * 100) / 100.0 : 0;
        return new Summary.Group(
                count(Outcome.OK),
                count(Outcome.FAILED),
                count(Outcome.UNKNOWN),
                emptyReads,
                perSecond,
                Map.copyOf(sqlStates),
                Latencies.of(latencies));
    }
}
