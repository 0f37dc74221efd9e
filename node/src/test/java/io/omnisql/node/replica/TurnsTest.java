package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import io.omnisql.omnipaxos.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group of one node whose disk does what the test says, and whose clock stands still. */
class TurnsTest {
    private static final NodeId SELF = new NodeId(1);
    private static final Duration NO_TICK = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final ReplicaLoop loop = new ReplicaLoop(1_000_000, 256L << 20, (reason, cause) -> broken.complete(cause));
    private final Disk disk = new Disk();
    private volatile Executor soonest = Runnable::run;
    private final Client client = new Client();

    /** What the log was asked, and by whom. */
    private final class Disk implements DurableLog {
        private final List<Append> appends = new ArrayList<>();
        volatile boolean acknowledges = true;
        volatile boolean wouldWait;

        record Append(Thread by, long token, int entries) {}

        @Override
        public synchronized void append(long token, List<LogWrite> writes) {
            int entries = writes.stream()
                    .mapToInt(write ->
                            write instanceof LogWrite.AppendEntries(var _, List<Entry> added) ? added.size() : 0)
                    .sum();
            if (entries > 0) {
                appends.add(new Append(Thread.currentThread(), token, entries));
            }
            if (acknowledges) {
                Thread.ofVirtual().start(() -> loop.durable(token));
            }
        }

        synchronized List<Append> appends() {
            return List.copyOf(appends);
        }

        @Override
        public boolean wouldWait() {
            return wouldWait;
        }

        @Override
        public boolean hasWork() {
            return false;
        }

        @Override
        public List<Entry> read(long from, long until, long bytesMax) {
            return List.of();
        }

        @Override
        public void close() {}
    }

    /** Hears outcomes, and whether two turns overlap. */
    private final class Client implements ReplicaListener {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicLong reads = new AtomicLong();
        volatile int overlaps;
        final AtomicLong readsToFollow = new AtomicLong();
        volatile @Nullable RuntimeException thrown;

        @Override
        public void read(Output.ReadOutcome outcome) {
            if (inside.incrementAndGet() != 1) {
                overlaps = 1;
            }
            RuntimeException failure = thrown;
            if (failure != null) {
                throw failure;
            }
            reads.incrementAndGet();
            if (readsToFollow.getAndDecrement() > 0) {
                loop.requestReadIndex(outcome.readId() + 1);
            }
            inside.decrementAndGet();
        }

        @Override
        public void notProposed(long proposalId, ProposeResult reason) {}

        @Override
        public void proposal(Output.ProposalOutcome outcome) {}

        @Override
        public void changed(Status status) {}
    }

    @BeforeEach
    void lead() {
        var core = new OmniPaxos(
                SELF,
                Standing.founding(Configuration.ofMajorities(1, List.of(SELF))),
                Settings.defaults(),
                DurableState.empty(1));
        loop.start(new ReplicaLoop.Parts(
                core,
                disk,
                (to, message) -> {},
                (from, entries) -> {},
                client,
                (teller, index) -> {},
                task -> soonest.execute(task),
                NO_TICK));
        loop.tryBecomeLeader();
        await().atMost(PATIENCE).until(() -> {
            Status status = loop.status();
            return status != null && status.isLeading() && status.phase() == Status.Phase.ACCEPT;
        });
        await("the thread rests")
                .atMost(PATIENCE)
                .until(() -> replicaThread().getState() == Thread.State.TIMED_WAITING);
    }

    private static Thread replicaThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("replica") && thread.isAlive())
                .reduce((earlier, later) -> later.threadId() > earlier.threadId() ? later : earlier)
                .orElseThrow();
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void propose(long id) {
        assertThat(loop.propose(id, new Entry.Command(new byte[] {(byte) id}))).isTrue();
    }

    private void awaitAppends(int count) {
        await().atMost(PATIENCE).until(() -> disk.appends().size() >= count);
    }

    @Test
    void whoBringsALetterTakesTheStepItself() {
        propose(1);

        assertThat(disk.appends()).extracting(Disk.Append::by).containsExactly(Thread.currentThread());
    }

    @Test
    void lettersThatComeTogetherShareAStep() {
        List<Runnable> later = new ArrayList<>();
        soonest = later::add;

        propose(1);
        propose(2);
        propose(3);
        assertThat(disk.appends()).isEmpty();
        later.forEach(Runnable::run);

        assertThat(disk.appends()).extracting(Disk.Append::entries).containsExactly(3);
    }

    @Test
    void proposalsThatComeWhileTheLogIsBusyShareTheNextBatch() {
        disk.acknowledges = false;
        propose(1);
        propose(2);
        propose(3);
        assertThat(disk.appends()).hasSize(1);

        loop.durable(disk.appends().getFirst().token());

        awaitAppends(2);
        assertThat(disk.appends()).extracting(Disk.Append::entries).containsExactly(1, 2);
    }

    @Test
    void aSlowDiskHoldsNobodyUp() {
        disk.acknowledges = false;
        propose(1);
        propose(2);

        awaitAppends(2);
        assertThat(disk.appends()).extracting(Disk.Append::entries).containsExactly(1, 1);
    }

    @Test
    void whoBringsALetterDoesNotWaitForTheDisk() {
        disk.wouldWait = true;

        propose(1);

        awaitAppends(1);
        assertThat(disk.appends().getFirst().by().getName()).isEqualTo("replica");
    }

    @Test
    void whatComesDuringATurnIsTakenUpAfterIt() {
        client.readsToFollow.set(1_000);

        loop.requestReadIndex(1);

        await().atMost(PATIENCE).until(() -> client.reads.get() == 1_001);
    }

    @Test
    void manyCallersLeaveNothingBehindAndNoTwoTurnsOverlap() throws InterruptedException {
        int callers = 8;
        int each = 20_000;
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            long first = (long) caller * each;
            threads.add(Thread.ofPlatform().start(() -> {
                for (long id = first; id < first + each; id++) {
                    loop.requestReadIndex(id);
                    if (id % 16 == 0) {
                        propose(id);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(PATIENCE)).isTrue();
        }

        await().atMost(PATIENCE).until(() -> client.reads.get() == (long) callers * each);
        assertThat(client.overlaps).isZero();
        int proposed = callers * each / 16;
        await().atMost(PATIENCE)
                .until(() ->
                        disk.appends().stream().mapToInt(Disk.Append::entries).sum() == proposed);
    }

    @Test
    void whatIsThrownInATurnStopsTheNodeWhoeverTookIt() throws Exception {
        var invariant = new IllegalStateException("broken on purpose");
        client.thrown = invariant;

        loop.requestReadIndex(1);
        loop.requestReadIndex(2);

        assertThat(broken.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isSameAs(invariant);
        assertThat(client.reads).hasValue(0);
        await("the thread's end").atMost(PATIENCE).until(loop::hasEnded);
    }

    @Test
    void afterTheCloseNoTurnBegins() {
        loop.close();

        propose(1);

        assertThat(disk.appends()).isEmpty();
    }
}
