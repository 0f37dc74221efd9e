package io.omnisql.node.apply;

import io.omnisql.node.Limits;
import io.omnisql.node.gateway.SqlReader;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import io.omnisql.node.replica.AppliedIndex;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads for clients that have no session of their own here. A bounded number of sessions, each of the role that reads; the rest wait for
 * their turn. Thread-safe.
 */
public final class PostgresReader implements SqlReader, AutoCloseable {
    private static final int SESSIONS_MAX = 16;
    private static final int WAITING_MAX = 1_024;
    private static final Duration OPEN_MAX = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final PostgresInstance postgres;
    private final AppliedIndex appliedIndex;
    private final Limits limits;
    private final Duration timeout;
    private final Map<String, String> options;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("reader-", 0).factory());
    private final Semaphore places = new Semaphore(SESSIONS_MAX);
    private final ResultRoom room;
    private final Semaphore waiting = new Semaphore(WAITING_MAX);
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private boolean isClosed;

    /** A session that waits for the next reading of its role. */
    private record Idle(String user, ReadSession session) {}

    /**
     * A reader of the replicated database.
     *
     * @param timeout of one reading; longer ones fail with 57014
     */
    public PostgresReader(PostgresInstance postgres, AppliedIndex appliedIndex, Limits limits, Duration timeout) {
        this(
                postgres,
                appliedIndex,
                limits,
                timeout,
                new ResultRoom(Limits.readResultsBytesMax(), limits.resultBytesMax()));
    }

    PostgresReader(
            PostgresInstance postgres, AppliedIndex appliedIndex, Limits limits, Duration timeout, ResultRoom room) {
        this.room = room;
        this.postgres = postgres;
        this.appliedIndex = appliedIndex;
        this.limits = limits;
        this.timeout = timeout;
        this.options = Map.of(
                "default_transaction_read_only", "on",
                "statement_timeout", Long.toString(timeout.toMillis()),
                "application_name", "omnisql reader");
    }

    @Override
    public CompletionStage<List<StatementResult>> read(Reading reading) {
        if (!waiting.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    Refusal.error("53300", "More than " + WAITING_MAX + " reads wait for their turn"));
        }
        var answer = new CompletableFuture<List<StatementResult>>();
        threads.execute(() -> {
            // Completing tells those who wait: the room is held until they have made of the results what they need.
            try (var claim = room.claim(System.nanoTime() + timeout.toNanos())) {
                answer.complete(inTurn(reading, claim));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                waiting.release();
            }
        });
        return answer;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        synchronized (idle) {
            isClosed = true;
            idle.forEach(session -> session.session().session().close());
            idle.clear();
        }
    }

    private List<StatementResult> inTurn(Reading reading, ResultRoom.Claim claim) {
        try {
            if (!places.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return Refusal.error("57014", "The read did not get its turn in time");
            }
            try {
                return overFreshOrIdle(reading, claim);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Refusal.error("57P01", "This node is stopping");
        } catch (PostgresError e) {
            return Refusal.error(e.sqlState(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Refusal.error("57P03", "This node's PostgreSQL does not answer: " + e.getMessage());
        }
    }

    private List<StatementResult> overFreshOrIdle(Reading reading, ResultRoom.Claim claim)
            throws IOException, InterruptedException {
        ReadSession known = takeIdle(reading.sessionUser());
        if (known != null) {
            try {
                return over(known, reading, claim);
            } catch (PostgresError e) {
                throw e;
            } catch (IOException e) {
                // The idle session broke meanwhile: a read can be repeated over a fresh one.
                known.session().close();
            }
        }
        PostgresSession session = PostgresSession.open(
                postgres.socketAddress(), reading.sessionUser(), DatabaseBootstrap.DATABASE, options, OPEN_MAX);
        awaitWhatWasSeen();
        return over(new ReadSession(session, limits.resultBytesMax()), reading, claim);
    }

    /** A new session may see an older state than the caller waited for, if PostgreSQL died and lost its last commits. */
    private void awaitWhatWasSeen() throws IOException, InterruptedException {
        try {
            var _ = appliedIndex.await(appliedIndex.highest()).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("it lost its last commits and has not applied them again yet", e);
        }
    }

    private List<StatementResult> over(ReadSession session, Reading reading, ResultRoom.Claim claim)
            throws IOException {
        boolean isReusable = false;
        try {
            session.session().deadline(timeout.plus(GRACE));
            List<StatementResult> results = session.read(reading, claim);
            if (session.session().isOpen()) {
                session.clean();
                isReusable = true;
            }
            return results;
        } finally {
            if (!isReusable || !putIdle(new Idle(reading.sessionUser(), session))) {
                session.session().close();
            }
        }
    }

    private @Nullable ReadSession takeIdle(String user) {
        synchronized (idle) {
            for (var each = idle.descendingIterator(); each.hasNext(); ) {
                Idle session = each.next();
                if (session.user().equals(user)) {
                    each.remove();
                    return session.session();
                }
            }
            return null;
        }
    }

    private boolean putIdle(Idle session) {
        synchronized (idle) {
            if (isClosed) {
                return false;
            }
            idle.add(session);
            if (idle.size() > SESSIONS_MAX) {
                idle.remove().session().session().close();
            }
            return true;
        }
    }
}
