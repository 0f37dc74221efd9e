package io.omnisql.node.wal;

import io.omnisql.node.replica.DurableLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** Remembers what the log told its listener. */
final class Acknowledgements implements DurableLog.Listener {
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

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(1))
                .until(condition);
    }
}
