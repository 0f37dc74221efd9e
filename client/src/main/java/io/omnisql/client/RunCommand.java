package io.omnisql.client;

import io.omnisql.client.load.LoadProfile;
import io.omnisql.client.load.LoadRun;
import io.omnisql.client.load.ProfileException;
import io.omnisql.client.load.ProfileFile;
import io.omnisql.client.load.Progress;
import io.omnisql.client.load.Start;
import io.omnisql.client.report.LatencyBars;
import io.omnisql.client.report.RequestKind;
import io.omnisql.client.report.Summary;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs load profiles, each as a client of its own, beginning together. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs one client per profile; all begin at the same instant.")
final class RunCommand implements Callable<Integer> {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Load profiles (config/client-1.properties).")
    private List<Path> files = List.of();

    @Option(
            names = "--start-at",
            paramLabel = "INSTANT",
            description = "Begin at this instant (2026-01-31T12:00:00Z), whatever the profiles say.")
    private @Nullable Instant startAt;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Put each client's results into FOLDER/NAME, whatever the profiles say.")
    private @Nullable Path output;

    @Option(names = "--no-plots", description = "Draw no plots at the end.")
    private boolean withoutPlots;

    @Override
    public Integer call() throws IOException {
        List<LoadProfile> profiles;
        try {
            profiles = profiles();
        } catch (ProfileException error) {
            System.err.println("omnisql-client: " + error.getMessage());
            return ClientMain.WRONG_USAGE;
        }
        profiles.forEach(RunCommand::printSettings);
        List<LoadRun> runs = profiles.stream().map(LoadRun::new).toList();
        List<Summary> summaries = runAll(runs);
        for (int i = 0; i < runs.size(); i++) {
            printResult(runs.get(i), summaries.get(i));
        }
        boolean drawn = withoutPlots || draw(profiles);
        return drawn && runs.stream().noneMatch(LoadRun::isFutile) ? ClientMain.OK : ClientMain.BROKEN;
    }

    private List<LoadProfile> profiles() throws IOException, ProfileException {
        List<LoadProfile> profiles = new ArrayList<>();
        Set<Path> folders = new HashSet<>();
        for (Path file : files) {
            LoadProfile profile;
            try {
                profile = adapted(ProfileFile.read(file, System.getenv()));
            } catch (ProfileException error) {
                throw new ProfileException(file.toString(), String.valueOf(error.getMessage()));
            }
            if (!folders.add(profile.output().toAbsolutePath().normalize())) {
                throw new ProfileException(file.toString(), "output: two clients would write into " + profile.output());
            }
            profiles.add(profile);
        }
        return profiles;
    }

    private LoadProfile adapted(LoadProfile profile) {
        LoadProfile placed = output == null ? profile : profile.writingTo(output.resolve(profile.name()));
        return startAt == null ? placed : placed.startingAt(new Start.At(startAt));
    }

    private static List<Summary> runAll(List<LoadRun> runs) throws IOException {
        CountDownLatch finished = new CountDownLatch(1);
        Thread stopper = new Thread(() -> stop(runs, finished), "stop");
        Progress progress = new Progress(runs, System.out, isTerminal());
        Runtime.getRuntime().addShutdownHook(stopper);
        try (ExecutorService executor = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("client-", 1).factory())) {
            List<Future<Summary>> futures =
                    runs.stream().map(run -> executor.submit(run::run)).toList();
            return results(futures, runs);
        } finally {
            progress.stop();
            finished.countDown();
            removeHook(stopper);
        }
    }

    /** A broken run ends the others too: clients that were to load the cluster together no longer do. */
    private static List<Summary> results(List<Future<Summary>> futures, List<LoadRun> runs) throws IOException {
        List<Summary> summaries = new ArrayList<>();
        for (Future<Summary> future : futures) {
            try {
                summaries.add(future.get());
            } catch (ExecutionException error) {
                runs.forEach(LoadRun::stop);
                throw error.getCause() instanceof IOException cause ? cause : new IOException(error);
            } catch (InterruptedException error) {
                runs.forEach(LoadRun::stop);
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", error);
            }
        }
        return summaries;
    }

    /** On Ctrl-C: what was measured so far is written before the process ends. */
    private static void stop(List<LoadRun> runs, CountDownLatch finished) {
        runs.forEach(LoadRun::stop);
        try {
            if (!finished.await(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("omnisql-client: gave up waiting for the last requests");
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running already; it sees the latch.
        }
    }

    private boolean draw(List<LoadProfile> profiles) throws IOException {
        boolean drawn = true;
        for (LoadProfile profile : profiles) {
            drawn &= PlotCommand.draw(profile.output());
        }
        boolean together = output == null || profiles.size() == 1 || PlotCommand.draw(output);
        return drawn && together;
    }

    private static void printSettings(LoadProfile profile) {
        System.out.println("Client " + profile.name() + ":");
        profile.effectiveSettings().forEach((key, value) -> System.out.println("  " + key + " = " + value));
    }

    private static void printResult(LoadRun run, Summary summary) {
        LoadProfile profile = run.profile();
        System.out.printf(
                Locale.ROOT,
                "%nClient %s: %d ok, %d failed, %d unknown, %d not started; %.1f done/s over %.1f s%n",
                profile.name(),
                summary.total().ok(),
                summary.total().failed(),
                summary.total().unknown(),
                summary.notStarted(),
                summary.total().donePerSecond(),
                summary.seconds());
        for (RequestKind kind : RequestKind.values()) {
            LatencyBars.lines(kind.label(), run.measurements().latencies(kind)).forEach(System.out::println);
        }
        System.out.println("Results: " + profile.output());
    }

    /** From JDK 25 on there is again no console when the output goes elsewhere, so the check for null is needed. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
