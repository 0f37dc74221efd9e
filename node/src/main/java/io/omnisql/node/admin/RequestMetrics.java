package io.omnisql.node.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.omnisql.node.gateway.ReadGrant;
import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.RequestListener;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.gateway.WriteOutcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts and times clients' requests. */
final class RequestMetrics implements RequestListener {
    private static final Duration SHORTEST = Duration.ofNanos(100_000);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Counter writesDone;
    private final Counter writesFailed;
    private final Counter writesNotDone;
    private final Counter writesUnknown;
    private final Timer writeLatency;
    private final Map<ReadLevel, ReadMeters> reads = new EnumMap<>(ReadLevel.class);

    private record ReadMeters(Counter here, Counter atLeader, Counter refused, Timer turn) {}

    RequestMetrics(MeterRegistry registry) {
        writesDone = writes(registry, "done");
        writesFailed = writes(registry, "failed");
        writesNotDone = writes(registry, "not_done");
        writesUnknown = writes(registry, "unknown");
        writeLatency = histogram("omnisql.write.latency", "From a write's arrival until its client is told")
                .register(registry);
        for (ReadLevel level : ReadLevel.values()) {
            reads.put(
                    level,
                    new ReadMeters(
                            reads(registry, level, "here"),
                            reads(registry, level, "leader"),
                            reads(registry, level, "refused"),
                            histogram("omnisql.read.wait", "How long a read waits until it may be answered")
                                    .tag("level", level.text())
                                    .register(registry)));
        }
    }

    private static Counter writes(MeterRegistry registry, String outcome) {
        return Counter.builder("omnisql.writes")
                .description("Writes of this node's clients; failed: a SQL error in the log, so without effect")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter reads(MeterRegistry registry, ReadLevel level, String place) {
        return Counter.builder("omnisql.reads")
                .description("Reads of this node's clients by level and by where they were executed")
                .tag("level", level.text())
                .tag("place", place)
                .register(registry);
    }

    private static Timer.Builder histogram(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(LONGEST);
    }

    @Override
    public void writeEnded(WriteOutcome outcome, Duration taken) {
        Counter counter = switch (outcome) {
            case WriteOutcome.Applied(var result) -> hasFailed(result.results()) ? writesFailed : writesDone;
            case WriteOutcome.NotDone ignored -> writesNotDone;
            case WriteOutcome.Unknown ignored -> writesUnknown;
        };
        counter.increment();
        writeLatency.record(taken);
    }

    private static boolean hasFailed(List<StatementResult> results) {
        return !results.isEmpty() && results.getLast().isError();
    }

    @Override
    public void readGranted(ReadLevel level, ReadGrant grant, Duration taken) {
        ReadMeters meters = reads.get(level);
        if (meters == null) {
            throw new IllegalStateException("Every level has its meters");
        }
        Counter counter = switch (grant) {
            case ReadGrant.Local ignored -> meters.here;
            case ReadGrant.AtLeader ignored -> meters.atLeader;
            case ReadGrant.Refused ignored -> meters.refused;
        };
        counter.increment();
        meters.turn.record(taken);
    }
}
