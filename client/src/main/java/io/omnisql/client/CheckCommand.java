package io.omnisql.client;

import io.omnisql.client.connection.ReadLevel;
import io.omnisql.client.connection.SessionSettings;
import io.omnisql.client.connection.SessionSettings.LevelBy;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.client.connection.Target;
import io.omnisql.client.consistency.ConsistencyRun;
import io.omnisql.client.consistency.ConsistencySettings;
import io.omnisql.client.consistency.History;
import io.omnisql.client.consistency.Verdict;
import io.omnisql.client.consistency.WorkloadKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a consistency workload and judges its history. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Runs a consistency workload against the nodes and judges the history that its clients saw.")
final class CheckCommand implements Callable<Integer> {
    private static final int VIOLATIONS_SHOWN = 20;
    private static final int PROCESSES_MAX = 10_000;

    @Parameters(paramLabel = "WORKLOAD", description = "${COMPLETION-CANDIDATES}")
    private WorkloadKind workload = WorkloadKind.BANK;

    @Option(
            names = "--url",
            required = true,
            split = ",",
            paramLabel = "URL",
            description = "postgresql://user:password@host:port/database of a node; give one for each node. "
                    + "A missing password is taken from PGPASSWORD.")
    private List<String> urls = List.of();

    @Option(names = "--seconds", description = "How long to operate.")
    private int seconds = 30;

    @Option(names = "--processes", description = "Sessions at once, spread over the nodes.")
    private int processes = 6;

    @Option(names = "--rate", description = "Operations per second of all together; 0: as fast as answers come.")
    private double rate = 200;

    @Option(names = "--operations-max", description = "End after this many operations.")
    private int operationsMax = 500_000;

    @Option(names = "--read-level", description = "${COMPLETION-CANDIDATES}")
    private ReadLevel readLevel = ReadLevel.LINEARIZABLE;

    @Option(names = "--max-staleness-millis", description = "Bound of reads at level local; 0: none.")
    private int maxStalenessMillis;

    @Option(names = "--timeout-seconds", description = "Bound of one request.")
    private int timeoutSeconds = 10;

    @Option(names = "--final-seconds", description = "How long nodes may take to answer the final reads.")
    private int finalSeconds = 60;

    @Option(
            names = "--retry-with-key",
            description = "Send writes of unknown outcome again under omnisql.idempotency_key.")
    private boolean retryWithKey;

    @Option(names = "--seed", description = "Draws the operations.")
    private long seed = 1;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Where the history is written: " + "results/check-WORKLOAD unless given.")
    private @Nullable Path output;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path folder =
                output == null ? Path.of("results", "check-" + workload.name().toLowerCase(Locale.ROOT)) : output;
        Verdict verdict = new ConsistencyRun(workload, settings(folder)).run();
        System.out.printf(
                "%s: %d operations done, %d failed, %d unknown; seed %d; history: %s%n",
                workload, verdict.ok(), verdict.failed(), verdict.unknown(), seed, folder.resolve(History.FILE_NAME));
        if (verdict.isValid()) {
            System.out.println("No violation found.");
            return ClientMain.OK;
        }
        System.out.println(verdict.violations().size() + " violations:");
        verdict.violations().stream().limit(VIOLATIONS_SHOWN).forEach(each -> System.out.println("  " + each));
        return ClientMain.BROKEN;
    }

    private ConsistencySettings settings(Path folder) {
        requireWithin("--seconds", seconds, 7 * 24 * 3600);
        requireWithin("--processes", processes, PROCESSES_MAX);
        requireWithin("--operations-max", operationsMax, 10_000_000);
        if (maxStalenessMillis != 0) {
            requireWithin("--max-staleness-millis", maxStalenessMillis, 24 * 3600 * 1000);
        }
        requireWithin("--timeout-seconds", timeoutSeconds, 3600);
        requireWithin("--final-seconds", finalSeconds, 3600);
        if (!(rate >= 0 && rate <= 1_000_000)) {
            throw wrong("--rate", rate + " is not between 0 and 1000000");
        }
        SessionSettings session = new SessionSettings(
                urls.stream().map(this::target).toList(),
                Reconnect.NEXT,
                readLevel,
                Duration.ofMillis(maxStalenessMillis),
                LevelBy.SET,
                Duration.ofSeconds(timeoutSeconds),
                retryWithKey ? WriteRetry.WITH_KEY : WriteRetry.NEVER,
                Duration.ofSeconds(finalSeconds));
        return new ConsistencySettings(
                session,
                processes,
                Duration.ofSeconds(seconds),
                rate,
                operationsMax,
                seed,
                Duration.ofSeconds(finalSeconds),
                folder);
    }

    private Target target(String url) {
        try {
            return Target.parse(url).withLogin(null, System.getenv("PGPASSWORD"));
        } catch (IllegalArgumentException error) {
            throw wrong("--url", String.valueOf(error.getMessage()));
        }
    }

    private void requireWithin(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw wrong(option, value + " is not between 1 and " + max);
        }
    }

    private ParameterException wrong(String option, String problem) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), option + ": " + problem);
    }
}
