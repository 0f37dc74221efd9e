package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Clears the applier's way, which has priority over this node's other sessions, interrupts the applier's own statements when they shall
 * not go on, and asks PostgreSQL at times to flush what was committed, so that the log can be trimmed. One thread with a session of its
 * own.
 */
final class ApplyWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ApplyWatch.class);
    private static final long PERIOD_MILLIS = 50;
    private static final long FLUSH_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
    private static final long INTERRUPTION_NANOS = Duration.ofSeconds(1).toNanos();
    private static final String BLOCKERS =
            "SELECT pid, coalesce(state, '') FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1::int))";
    /** The flush of this message waits for the flush of all that was written before it. */
    private static final String FLUSH = "SELECT pg_logical_emit_message(false, 'omnisql', '', true)";

    private final Activity activity;
    private final Publication publication;
    private final Counters counters;
    private final SlowCommands slow;
    private final SessionSource sessions;
    private final long patienceNanos;
    private final Set<String> cancelled = new HashSet<>();
    private final Thread thread =
            Thread.ofPlatform().name("apply-watch").daemon().unstarted(this::run);
    private @Nullable PostgresSession session;
    private int watched;
    private long flushedNanos = System.nanoTime();
    private int interrupted;
    private long interruptedNanos;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Opens the superuser's session. */
    interface SessionSource {
        PostgresSession open() throws IOException;
    }

    /** What it watches. */
    record Watched(Activity activity, Publication publication, Counters counters, SlowCommands slow) {}

    ApplyWatch(Watched watched, SessionSource sessions, Duration patience) {
        this.activity = watched.activity;
        this.publication = watched.publication;
        this.counters = watched.counters;
        this.slow = watched.slow;
        this.sessions = sessions;
        this.patienceNanos = patience.toNanos();
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            var _ = thread.join(ANSWER_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                slow.look();
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            drop();
        }
    }

    private void look() {
        try {
            int busy = activity.busyFor(patienceNanos);
            if (busy == 0 || busy != watched) {
                cancelled.clear();
                watched = busy;
            }
            if (busy != 0) {
                clear(busy);
            }
            interrupt(slow.mustStop() ? activity.busyFor(0) : 0);
            if (System.nanoTime() - flushedNanos >= FLUSH_NANOS && publication.durable() < publication.applied()) {
                flush();
            }
        } catch (IOException e) {
            LOG.debugf("PostgreSQL cannot be watched now: %s", e.getMessage());
            drop();
        }
    }

    /** First asks what is in the way to give up its statement, then ends its session. */
    private void clear(int busy) throws IOException {
        List<@Nullable String[]> blockers = session().rows(BLOCKERS, Integer.toString(busy));
        for (@Nullable String[] blocker : blockers) {
            String pid = String.valueOf(blocker[0]);
            boolean isIdle = String.valueOf(blocker[1]).startsWith("idle");
            boolean isStubborn = isIdle || !cancelled.add(pid);
            session()
                    .rows(
                            isStubborn ? "SELECT pg_terminate_backend($1::int)" : "SELECT pg_cancel_backend($1::int)",
                            pid);
            LOG.infof("A session in the applier's way was ended: pid=%s terminated=%s", pid, isStubborn);
        }
        counters.cleared(blockers.size());
    }

    /** First asks the applier's own session to give up its statement, then ends it. */
    private void interrupt(int pid) throws IOException {
        boolean isStubborn = pid == interrupted;
        if (pid == 0 || (isStubborn && System.nanoTime() - interruptedNanos < INTERRUPTION_NANOS)) {
            interrupted = pid;
            return;
        }
        session()
                .rows(
                        isStubborn ? "SELECT pg_terminate_backend($1::int)" : "SELECT pg_cancel_backend($1::int)",
                        Integer.toString(pid));
        LOG.infof("The applier's statement was interrupted: pid=%d terminated=%s", pid, isStubborn);
        interrupted = pid;
        interruptedNanos = System.nanoTime();
    }

    private void flush() throws IOException {
        long generation = publication.generation();
        long applied = publication.applied();
        session().rows(FLUSH);
        publication.flushed(generation, applied);
        flushedNanos = System.nanoTime();
    }

    private PostgresSession session() throws IOException {
        if (session == null) {
            session = sessions.open();
        }
        session.deadline(ANSWER_MAX);
        return session;
    }

    private void drop() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
