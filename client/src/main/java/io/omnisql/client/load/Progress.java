package io.omnisql.client.load;

import io.omnisql.client.connection.Outcome;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows how far runs are: a bar that redraws itself on a terminal, a plain line now and then elsewhere. */
public final class Progress {
    private static final int BAR_WIDTH = 30;
    private static final long BAR_MILLIS = 200;
    private static final long LINE_MILLIS = 5000;

    private final List<LoadRun> runs;
    private final PrintStream out;
    private final boolean terminal;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());

    /** Starts to show; {@code terminal} tells whether a line may be drawn over. */
    public Progress(List<LoadRun> runs, PrintStream out, boolean terminal) {
        this.runs = List.copyOf(runs);
        this.out = out;
        this.terminal = terminal;
        long period = terminal ? BAR_MILLIS : LINE_MILLIS;
        var _ = timer.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
    }

    /** Shows the end and stops. */
    public void stop() {
        timer.shutdownNow();
        show();
        if (terminal) {
            out.println();
        }
    }

    private synchronized void show() {
        String text = line();
        if (terminal) {
            out.print("\r" + text);
        } else {
            out.println(text);
        }
        out.flush();
    }

    private String line() {
        double share = runs.stream().mapToDouble(LoadRun::progress).min().orElse(1);
        int filled = (int) Math.round(share * BAR_WIDTH);
        String bar = "[" + "=".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "] ";
        return String.format(
                Locale.ROOT,
                "%s%3d %%  ok %d  failed %d  unknown %d",
                terminal ? bar : "",
                (int) (share * 100),
                count(Outcome.OK),
                count(Outcome.FAILED),
                count(Outcome.UNKNOWN));
    }

    private long count(Outcome outcome) {
        return runs.stream().mapToLong(run -> run.measurements().count(outcome)).sum();
    }
}
