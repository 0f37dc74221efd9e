package io.omnisql.node.wal;

import io.omnisql.node.replica.DurableLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Remembers what the log told its listener. */
final class Acknowledgements implements DurableLog.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Long> tokens = new CopyOnWriteArrayList<>();
    private final List<IOException> failures = new CopyOnWriteArrayList<>();

    @Override
    public void durable(long token) {
        tokens.add(token);
    }

    @Override
    public void failed(IOException cause) {
        failures.add(cause);
    }

    List<Long> tokens() {
        return tokens;
    }

    List<IOException> failures() {
        return failures;
    }

    long last() {
        return tokens.isEmpty() ? 0 : tokens.getLast();
    }

    void awaitDurable(long token) {
        await(() -> last() >= token || !failures.isEmpty());
    }

    void awaitFailure() {
        await(() -> !failures.isEmpty());
    }

    static void awaitOpen(CountDownLatch latch) {
        await(() -> latch.getCount() == 0);
    }

    /** For the log's own thread, which goes on when the test has long failed. */
    static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(condition);
    }
}
