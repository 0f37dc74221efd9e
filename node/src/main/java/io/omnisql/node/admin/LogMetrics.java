package io.omnisql.node.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.omnisql.node.replica.LogActivity;
import java.time.Duration;

/** Times the log's disk. */
final class LogMetrics implements LogActivity.Listener {
    private static final Duration SHORTEST = Duration.ofNanos(20_000);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Timer sync;
    private final DistributionSummary batches;
    private final Counter bytes;

    LogMetrics(MeterRegistry registry) {
        sync = Timer.builder("omnisql.log.sync")
                .description("One write and one fsync of the log")
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(LONGEST)
                .register(registry);
        batches = DistributionSummary.builder("omnisql.log.sync.batches")
                .description("Batches of the replica that share one fsync")
                .register(registry);
        bytes = Counter.builder("omnisql.log.written")
                .description("Bytes made durable in the log")
                .baseUnit("bytes")
                .register(registry);
    }

    @Override
    public void synced(Duration taken, int batchCount, long byteCount) {
        sync.record(taken);
        batches.record(batchCount);
        bytes.increment((double) byteCount);
    }
}
