package io.omnisql.omnipaxos.simulation;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs seed after seed for {@code -Dhours=N} hours; the first failure ends it with the way to repeat it. */
@EnabledIfSystemProperty(
        named = "hours",
        matches = "\\d+(\\.\\d+)?",
        disabledReason = "a campaign lasts as long as -Dhours says")
class CampaignTest {
    private static final Duration REPORT_EVERY = Duration.ofMinutes(1);

    private long runs;
    private long operations;
    private long decided;
    private long changes;
    private long installs;
    private long losses;
    private double calmShareMax;

    @Test
    void noSeedOfALongRowFindsAnything() {
        long start = System.nanoTime();
        long until = start + Math.round(Double.parseDouble(System.getProperty("hours")) * 3_600e9);
        long report = start + REPORT_EVERY.toNanos();
        SplittableRandom seeds = new SplittableRandom(Seeds.base());
        while (System.nanoTime() - until < 0) {
            count(Simulation.ofSeed(seeds.nextLong(Long.MAX_VALUE)));
            if (System.nanoTime() - report >= 0) {
                report += REPORT_EVERY.toNanos();
                print(start);
            }
        }
        print(start);
    }

    private void count(Simulation.Result result) {
        runs++;
        operations += result.operations();
        decided += result.decided();
        changes += result.changes();
        installs += result.installs();
        losses += result.losses();
        calmShareMax = Math.max(calmShareMax, result.calmShare());
    }

    private void print(long start) {
        System.out.printf(
                "Campaign: %d s, %d runs, %d client operations, %d entries decided, %d configurations, %d states installed,"
                        + " %d disks lost; the slowest rest took %.2f of its time%n",
                (System.nanoTime() - start) / 1_000_000_000,
                runs,
                operations,
                decided,
                runs + changes,
                installs,
                losses,
                calmShareMax);
    }
}
