package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many one-row upserts a second the applier executes: {@code -Dtest=ApplyBenchmark -Dtest.excludedGroups=none}. */
@Tag("benchmark")
class ApplyBenchmark {
    private static final Logger LOG = Logger.getLogger(ApplyBenchmark.class);
    private static final int ENTRIES = 100_000;
    private static final int KEYS = 100_000;
    private static final String UPSERT = "INSERT INTO t VALUES ($1, $2) ON CONFLICT (k) DO UPDATE SET v = excluded.v";

    @Test
    void upserts() throws Exception {
        for (int groupMax : new int[] {1, 20, 200, 200}) {
            measure(groupMax);
        }
    }

    private static void measure(int groupMax) throws Exception {
        try (var node = AppliedNode.start(AppliedNode.limits(groupMax, 200_000, 256L << 20))) {
            int count = groupMax == 1 ? ENTRIES / 10 : ENTRIES;
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int key = (int) (i * 2_654_435_761L % KEYS);
                entries.add(Commands.id(i)
                        .sql(UPSERT, Integer.toString(key), "x".repeat(64))
                        .entry());
            }
            entries.forEach(node.log::add);
            long before = cpuNanos();
            long start = System.nanoTime();

            node.applier().decided(1, entries);
            var _ = node.appliedIndex.await(count + 1L).get(300, TimeUnit.SECONDS);

            double seconds = (System.nanoTime() - start) / 1e9;
            double javaMicros = (cpuNanos() - before) / 1e3 / count;
            LOG.infof(
                    "groupMax=%d: %.0f entries/s, %.1f us of this process's CPU per entry, %d groups",
                    groupMax,
                    count / seconds,
                    javaMicros,
                    node.applier().status().groups());
            assertThat(node.appliedIndex.get()).isEqualTo(count + 1L);
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
