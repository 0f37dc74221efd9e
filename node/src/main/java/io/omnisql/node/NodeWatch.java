package io.omnisql.node;

import io.omnisql.node.postgres.CatalogQuestions;
import io.omnisql.node.replica.LogActivity;
import io.omnisql.node.replica.LogActivity.DiskUse;
import io.omnisql.node.replica.LogActivity.Retained;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks every few seconds at what may take its time, PostgreSQL's word on itself and the log's folder, so that status, health and metrics
 * can tell it at once. On a virtual thread of its own.
 */
final class NodeWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    /** Several rounds, each with its own bounds, may fail on a machine that is merely busy. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Questions questions;
    private final LogActivity log;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile CatalogQuestions.@Nullable Answer answer;
    private volatile long answeredNanos;
    private volatile DiskUse diskUse = new DiskUse(0, 0);
    private volatile Retained retained = new Retained(0, 0);
    private String lastTrouble = ""; // The watch's own thread only.

    /** {@link CatalogQuestions#ask}. */
    @FunctionalInterface
    interface Questions {
        CatalogQuestions.Answer ask() throws SQLException;
    }

    private NodeWatch(Questions questions, LogActivity log) {
        this.questions = questions;
        this.log = log;
    }

    /** Has looked once when it returns. */
    static NodeWatch start(Questions questions, LogActivity log) {
        var watch = new NodeWatch(questions, log);
        watch.look();
        Thread.ofVirtual().name("node-watch").start(watch::run);
        return watch;
    }

    /** Whether PostgreSQL answered lately. */
    boolean postgresAnswers() {
        return answer != null && System.nanoTime() - answeredNanos < FRESH.toNanos();
    }

    /** Its last answer; null when it never gave one. */
    CatalogQuestions.@Nullable Answer answer() {
        return answer;
    }

    DiskUse diskUse() {
        return diskUse;
    }

    Retained retained() {
        return retained;
    }

    private void run() {
        try {
            while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            diskUse = log.diskUse();
            retained = log.retained();
            answer = questions.ask();
            answeredNanos = System.nanoTime();
            lastTrouble = "";
        } catch (IOException | SQLException | RuntimeException e) {
            tell(String.valueOf(e.getMessage()));
        }
    }

    private void tell(String trouble) {
        if (!trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            LOG.warnf("The node could not look at itself: %s", trouble);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
