package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final long A_MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final Letter PROPOSAL = new Letter.Propose(1, new Entry.Command(new byte[] {1}));
    private static final Letter READ = new Letter.ReadIndex(1);

    private final Mailbox mailbox = new Mailbox(2);
    private final CountDownLatch woken = new CountDownLatch(1);

    /** The reader, asleep. */
    private void sleeper(Mailbox.Sleep kind) {
        Thread reader = Thread.ofPlatform().daemon().start(() -> {
            mailbox.ownedByCurrentThread();
            mailbox.await(kind, 0, A_MINUTE);
            woken.countDown();
        });
        Awaitility.await("the reader sleeps")
                .atMost(Duration.ofSeconds(30))
                .until(() -> reader.getState() == Thread.State.TIMED_WAITING);
    }

    private void assertWoken() throws InterruptedException {
        assertThat(woken.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aProposalEndsALightSleep() throws InterruptedException {
        sleeper(Mailbox.Sleep.LIGHT);
        mailbox.offer(PROPOSAL);
        assertWoken();
    }

    @Test
    void aProposalWaitsWhileTheReaderSleepsThroughProposalsAndIsThereWithTheNextLetter() throws InterruptedException {
        sleeper(Mailbox.Sleep.THROUGH_PROPOSALS);
        mailbox.offer(PROPOSAL);
        assertThat(woken.await(200, TimeUnit.MILLISECONDS)).isFalse();

        mailbox.offer(READ);

        assertWoken();
        List<Letter> letters = new ArrayList<>();
        mailbox.drainTo(letters, 10);
        assertThat(letters).containsExactly(PROPOSAL, READ);
    }

    @Test
    void aDurableBatchEndsEverySleep() throws InterruptedException {
        sleeper(Mailbox.Sleep.THROUGH_PROPOSALS);
        mailbox.durable(1);
        assertWoken();
    }

    @Test
    void nobodySleepsOverALetterThatIsThereAlready() throws InterruptedException {
        mailbox.offer(PROPOSAL);
        Thread reader = Thread.ofPlatform().daemon().start(() -> {
            mailbox.ownedByCurrentThread();
            mailbox.await(Mailbox.Sleep.THROUGH_PROPOSALS, 0, A_MINUTE);
        });
        assertThat(reader.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void refusesAndCountsWhatHasNoRoom() {
        mailbox.offer(READ);
        mailbox.offer(READ);

        assertThat(mailbox.offer(READ)).isFalse();
        assertThat(mailbox.refusedCount()).isOne();
    }
}
