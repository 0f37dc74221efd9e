package io.omnisql.client.consistency;

import io.omnisql.client.connection.Attempt;
import io.omnisql.client.connection.NodeSession;
import io.omnisql.client.connection.Outcome;
import io.omnisql.client.connection.ReadLevel;
import io.omnisql.client.connection.Target;
import java.io.IOException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Runs a consistency workload, records its history, reads the final state at every node, and judges. */
public final class ConsistencyRun {
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final WorkloadKind kind;
    private final ConsistencySettings settings;
    private final String run;
    private final Workload workload;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong keys = new AtomicLong();
    private final AtomicLong processes = new AtomicLong();
    private final List<String> unread = new ArrayList<>();
    private final long beginNanos = System.nanoTime();

    /** A run that has not begun; its rows are told from those of others by the time and the seed. */
    public ConsistencyRun(WorkloadKind kind, ConsistencySettings settings) {
        this.kind = kind;
        this.settings = settings;
        this.run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "-" + settings.seed();
        this.workload = kind.workload(run);
    }

    /**
     * Runs to the end and judges.
     *
     * @throws IOException the tables cannot be made, or the history cannot be written
     */
    public Verdict run() throws IOException {
        List<Operation> operations;
        try (History history = History.create(settings.output().resolve(History.FILE_NAME))) {
            setUp();
            operate(history);
            for (Target target : settings.session().targets()) {
                readFinally(target, history);
            }
            operations = history.operations();
        }
        List<String> violations = new ArrayList<>(
                workload.violations(operations, settings.session().readLevel() == ReadLevel.LINEARIZABLE));
        violations.addAll(unread);
        if (operations.stream().noneMatch(ConsistencyRun::isAcknowledgedWrite)) {
            violations.add("No write was acknowledged, so nothing was checked");
        }
        return new Verdict(
                kind,
                count(operations, Outcome.OK),
                count(operations, Outcome.FAILED),
                count(operations, Outcome.UNKNOWN),
                violations);
    }

    private void setUp() throws IOException {
        try (NodeSession session = new NodeSession(settings.session())) {
            for (String statement : workload.setUp()) {
                executeUntilDone(session, statement);
            }
        }
    }

    /** Set-up statements may run twice, so an unknown outcome is simply tried again. */
    private void executeUntilDone(NodeSession session, String sql) throws IOException {
        long deadline = System.nanoTime() + settings.finalTimeout().toNanos();
        Attempt<Boolean> attempt = null;
        for (int i = 0; i == 0 || System.nanoTime() - deadline < 0; i++) {
            attempt = session.write(run + "-setup-" + Integer.toHexString(sql.hashCode()) + "-" + i, connection -> {
                try (Statement statement = connection.createStatement()) {
                    return statement.execute(sql);
                }
            });
            if (attempt instanceof Attempt.Done) {
                return;
            }
            LockSupport.parkNanos(RETRY_PAUSE.toNanos());
        }
        throw new IOException("Cannot prepare the " + kind + " workload: " + attempt);
    }

    private void operate(History history) throws IOException {
        List<Future<?>> workers = new ArrayList<>();
        long startNanos = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < settings.processes(); i++) {
                int worker = i;
                workers.add(executor.submit(() -> {
                    work(worker, startNanos, history);
                    return worker;
                }));
            }
        }
        for (Future<?> worker : workers) {
            rethrow(worker);
        }
    }

    private void work(int worker, long startNanos, History history) throws IOException {
        SplittableRandom random = new SplittableRandom(settings.seed() * 1_000_003 + worker);
        long endNanos = startNanos + settings.duration().toNanos();
        long process = processes.getAndIncrement();
        try (NodeSession session = new NodeSession(settings.session().startingAt(worker))) {
            long turn = startNanos;
            while (System.nanoTime() - endNanos < 0 && history.size() < settings.operationsMax()) {
                await(Math.min(turn, endNanos));
                turn = Math.max(turn, System.nanoTime() - pauseNanos()) + pauseNanos();
                Operation operation = perform(process, session, workload.next(numbers.getAndIncrement(), random));
                history.add(operation);
                workload.ended(operation);
                process = operation.outcome() == Outcome.UNKNOWN ? processes.getAndIncrement() : process;
            }
        }
    }

    private long pauseNanos() {
        return settings.operationsPerSecond() == 0
                ? 0
                : Math.round(1e9 * settings.processes() / settings.operationsPerSecond());
    }

    private Operation perform(long process, NodeSession session, Call call) {
        // Of its own for every operation: the database answers a key that it knows with the first result.
        String key = run + "-" + keys.getAndIncrement();
        long invoked = System.nanoTime();
        Attempt<Optional<String>> attempt = call.isWrite() ? session.write(key, call.sql()) : session.read(call.sql());
        long completed = System.nanoTime();
        return new Operation(
                process,
                session.node(),
                call.action(),
                call.key(),
                call.input(),
                call.expected(),
                attempt instanceof Attempt.Done<Optional<String>>(var output) ? output.orElse(null) : null,
                invoked - beginNanos,
                completed - beginNanos,
                attempt.outcome(),
                attempt.state());
    }

    private void readFinally(Target target, History history) throws IOException {
        long deadline = System.nanoTime() + settings.finalTimeout().toNanos();
        long process = processes.getAndIncrement();
        try (NodeSession session = new NodeSession(settings.session().onlyOf(target))) {
            for (Call call : workload.finalReads()) {
                Operation read = perform(process, session, call);
                while (!read.isOk() && System.nanoTime() - deadline < 0) {
                    LockSupport.parkNanos(RETRY_PAUSE.toNanos());
                    read = perform(process, session, call);
                }
                history.add(read);
                if (!read.isOk()) {
                    unread.add("The final state of " + target.name() + " could not be read: " + read.sqlState());
                    return;
                }
            }
        }
    }

    private static boolean isAcknowledgedWrite(Operation operation) {
        return switch (operation.action()) {
            case READ, FINAL_READ, CONTAINS -> false;
            case WRITE, COMPARE_AND_SET, TRANSFER, ADD, APPEND -> operation.isOk();
        };
    }

    private static long count(List<Operation> operations, Outcome outcome) {
        return operations.stream().filter(each -> each.outcome() == outcome).count();
    }

    private static void await(long nanos) {
        while (nanos - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(nanos - System.nanoTime());
        }
    }

    private static void rethrow(Future<?> worker) throws IOException {
        try {
            worker.get();
        } catch (ExecutionException error) {
            throw new IOException("A process of the workload failed: " + error.getCause(), error.getCause());
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", error);
        }
    }
}
