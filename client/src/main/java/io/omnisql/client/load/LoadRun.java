package io.omnisql.client.load;

import io.omnisql.client.connection.Attempt;
import io.omnisql.client.connection.NodeSession;
import io.omnisql.client.connection.Outcome;
import io.omnisql.client.report.Measurements;
import io.omnisql.client.report.RequestKind;
import io.omnisql.client.report.RequestLog;
import io.omnisql.client.report.RequestRecord;
import io.omnisql.client.report.Summary;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One client following its profile: connects, waits for the start, sends, and records every request. */
public final class LoadRun {
    private static final double NANOS_PER_SECOND = 1e9;

    private final LoadProfile profile;
    private final RunClock clock = new RunClock();
    private final Measurements measurements = new Measurements();
    private final KeyValueWorkload workload;
    private volatile @Nullable Schedule schedule;
    private volatile boolean stopped;

    /** A run that has not begun. */
    public LoadRun(LoadProfile profile) {
        this.profile = profile;
        this.workload = new KeyValueWorkload(profile);
    }

    /** The profile followed. */
    public LoadProfile profile() {
        return profile;
    }

    /** What is known so far; may be read while the run goes on. */
    public Measurements measurements() {
        return measurements;
    }

    /** Share of the profile's time that is over, 0 to 1. */
    public double progress() {
        Schedule current = schedule;
        if (current == null) {
            return 0;
        }
        double left = (current.endNanos() - System.nanoTime())
                / (double) profile.duration().toNanos();
        return Math.clamp(1 - left, 0, 1);
    }

    /** Ends the run early: no further requests, results are written. */
    public void stop() {
        stopped = true;
        Schedule current = schedule;
        if (current != null) {
            current.stop();
        }
    }

    /**
     * Runs the profile to its end and writes the request log and the summary into its folder.
     *
     * @throws IOException no target answered before the start, or a result file cannot be written
     */
    public Summary run() throws IOException {
        List<NodeSession> sessions = sessions();
        try (RequestLog log = RequestLog.create(profile.output().resolve(RequestLog.FILE_NAME))) {
            long startNanos = prepare(sessions);
            Schedule begun = new Schedule(profile, startNanos);
            schedule = begun;
            if (stopped) {
                begun.stop();
            }
            sendAll(begun, sessions, log);
            Summary summary = summary(begun, startNanos);
            summary.write(profile.output().resolve(Summary.FILE_NAME));
            return summary;
        } finally {
            sessions.forEach(NodeSession::close);
        }
    }

    private List<NodeSession> sessions() {
        List<NodeSession> sessions = new ArrayList<>();
        for (int i = 0; i < profile.connections(); i++) {
            sessions.add(new NodeSession(profile.session()));
        }
        return sessions;
    }

    /** Connecting is no part of what is measured, as long as connections live. */
    private long prepare(List<NodeSession> sessions) throws IOException {
        NodeSession first = sessions.getFirst();
        KeyValueWorkload.prepare(first);
        try {
            for (NodeSession session : sessions) {
                session.open();
            }
        } catch (SQLException error) {
            throw new IOException(profile.name() + " cannot connect: " + error.getMessage(), error);
        }
        return switch (profile.start()) {
            case Start.AtOnce _ -> System.nanoTime();
            case Start.At(Instant instant) -> Math.max(System.nanoTime(), clock.nanosAt(instant));
            case Start.WithClients with -> clock.nanosAt(new StartBarrier(first, with).await(profile.name()));
        };
    }

    private void sendAll(Schedule begun, List<NodeSession> sessions, RequestLog log) throws IOException {
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (NodeSession session : sessions) {
                workers.add(executor.submit(() -> {
                    work(begun, session, log);
                    return session;
                }));
            }
        }
        for (Future<?> worker : workers) {
            rethrow(worker);
        }
    }

    private void work(Schedule begun, NodeSession session, RequestLog log) throws IOException {
        Schedule.Ticket ticket = begun.next(System.nanoTime());
        while (ticket != null && awaitTurn(ticket)) {
            record(send(ticket, session), log);
            ticket = begun.next(System.nanoTime());
        }
        if (ticket != null) {
            begun.giveBack();
        }
    }

    private void record(RequestRecord request, RequestLog log) throws IOException {
        try {
            measurements.add(request);
            log.append(request);
        } catch (IOException error) {
            stop(); // Requests that leave no row would make the results a lie.
            throw error;
        }
    }

    /** In short naps, so that a stopped run does not wait for a turn far away. */
    private boolean awaitTurn(Schedule.Ticket ticket) {
        long nap = 100_000_000;
        while (!stopped && ticket.intendedNanos() - System.nanoTime() > nap) {
            RunClock.awaitNanos(System.nanoTime() + nap);
        }
        return !stopped && RunClock.awaitNanos(ticket.intendedNanos());
    }

    private RequestRecord send(Schedule.Ticket ticket, NodeSession session) {
        SplittableRandom random = workload.randomOf(ticket);
        RequestKind kind = KeyValueWorkload.kindOf(ticket, random);
        long start = System.nanoTime();
        Attempt<Integer> attempt = switch (kind) {
            case READ -> workload.read(session, random);
            case WRITE -> workload.write(session, ticket.number(), random);
        };
        long end = System.nanoTime();
        return new RequestRecord(
                ticket.number(),
                kind,
                ticket.phase(),
                session.node(),
                clock.microsAt(ticket.intendedNanos()),
                clock.microsAt(start),
                clock.microsAt(end),
                attempt.outcome(),
                attempt.state(),
                attempt instanceof Attempt.Done<Integer>(var rows) ? rows : 0);
    }

    private Summary summary(Schedule begun, long startNanos) {
        double seconds = Math.max(0, (System.nanoTime() - startNanos) / NANOS_PER_SECOND);
        return new Summary(
                profile.name(),
                profile.location(),
                clock.instantAt(startNanos).toString(),
                seconds,
                profile.effectiveSettings(),
                begun.notStarted(),
                measurements.total(seconds),
                measurements.byKind(seconds),
                measurements.byPhase(this::phaseSeconds),
                measurements.byNode(seconds),
                measurements.bySeries(this::phaseSeconds));
    }

    private double phaseSeconds(int phase) {
        return profile.phases().get(phase - 1).duration().toNanos() / NANOS_PER_SECOND;
    }

    private static void rethrow(Future<?> worker) throws IOException {
        try {
            worker.get();
        } catch (ExecutionException error) {
            if (error.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("A connection's thread failed", error.getCause());
        } catch (InterruptedException | CancellationException error) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", error);
        }
    }

    /** Whether nothing was done at all, although something was tried. */
    public boolean isFutile() {
        return measurements.count(Outcome.OK) == 0;
    }
}
