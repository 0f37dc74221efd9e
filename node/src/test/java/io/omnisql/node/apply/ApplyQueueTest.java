package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.omnisql.omnipaxos.Entry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApplyQueueTest {
    private static final int MANY = 1_000;

    private final AtomicBoolean isUrgent = new AtomicBoolean();
    private final ListedLog log = new ListedLog();
    private final ApplyQueue queue = new ApplyQueue(log, 1 << 20, 1 << 20, isUrgent::get);

    private final ApplyQueue patient = new ApplyQueue(log, 1 << 20, 1 << 20, isUrgent::get, Duration.ofHours(1));

    private static Entry entry(int content) {
        return new Entry.Command(new byte[] {(byte) content});
    }

    private void decide(int from, int count) {
        List<Entry> entries = IntStream.range(from, from + count)
                .mapToObj(ApplyQueueTest::entry)
                .toList();
        queue.add(from, entries);
        patient.add(from, entries);
    }

    @Test
    void anEntryWaitsForOthersWhenNobodyWaitsForIt() throws Exception {
        long began = System.nanoTime();
        decide(0, 1);

        List<Entry> taken = queue.take(0, MANY, () -> true);

        assertThat(taken).hasSize(1);
        assertThat(System.nanoTime() - began)
                .isGreaterThanOrEqualTo(Duration.ofMillis(2).toNanos());
    }

    @Test
    void aCrowdDoesNotWait() throws Exception {
        decide(0, 64);

        assertThat(queue.take(0, MANY, () -> true)).hasSize(64);
    }

    @Test
    void whatLiesInTheLogAloneIsTakenAtOnce() throws Exception {
        IntStream.range(0, 3).forEach(slot -> log.add(entry(slot)));
        var small = new ApplyQueue(log, 0, 1 << 20, isUrgent::get);
        small.add(0, log.all());

        assertThat(small.take(0, MANY, () -> true)).hasSize(3);
    }

    /** The hurry comes while the taker waits: without the nudge it would only look when its time is over. */
    @Test
    void whoBeginsToWaitIsNotHeldUp() throws Exception {
        decide(0, 1);
        CompletableFuture<List<Entry>> taken = takenFrom(patient);

        isUrgent.set(true);
        patient.nudge();

        assertThat(taken.get(30, TimeUnit.SECONDS)).hasSize(1);
    }

    /** Who waits for the outcome of a write does so before its entry comes, and nudges nobody. */
    @Test
    void anEntryThatSomebodyWaitsForTakesThoseBeforeItAlong() throws Exception {
        decide(0, 1);
        CompletableFuture<List<Entry>> taken = takenFrom(patient);

        isUrgent.set(true);
        decide(1, 1);

        assertThat(taken.get(30, TimeUnit.SECONDS)).hasSize(2);
    }

    @Test
    void whoWaitsGoesOnWhenTheCrowdIsThere() throws Exception {
        decide(0, 1);
        CompletableFuture<List<Entry>> taken = takenFrom(patient);

        decide(1, 62);
        decide(63, 1);

        assertThat(taken.get(30, TimeUnit.SECONDS)).hasSize(64);
    }

    /** Comes back when the taker waits for company. */
    private CompletableFuture<List<Entry>> takenFrom(ApplyQueue waitedFor) {
        var taken = new CompletableFuture<List<Entry>>();
        Thread taker = Thread.ofPlatform().daemon().start(() -> taken.complete(taken(waitedFor)));
        await().until(() -> taker.getState() == Thread.State.TIMED_WAITING);
        return taken;
    }

    private static List<Entry> taken(ApplyQueue from) {
        try {
            return from.take(0, MANY, () -> true);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingEndsTheWait() throws Exception {
        var taken = CompletableFuture.supplyAsync(() -> taken(queue));

        queue.close();

        assertThat(taken.get(30, TimeUnit.SECONDS)).isEmpty();
    }
}
