package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final Letter READ = new Letter.ReadIndex(1);

    private final Mailbox mailbox = new Mailbox(2, 1_000);

    @Test
    void refusesAndCountsWhatHasNoRoom() {
        assertThat(mailbox.offer(READ)).isTrue();
        assertThat(mailbox.offer(READ)).isTrue();

        assertThat(mailbox.offer(READ)).isFalse();

        assertThat(mailbox.refusedCount()).isEqualTo(1);
        assertThat(mailbox.size()).isEqualTo(2);
    }

    @Test
    void hasMoreWhileALetterOrNewsOfTheDiskIsThere() {
        assertThat(mailbox.hasMore(0)).isFalse();

        mailbox.offer(READ);
        assertThat(mailbox.hasMore(0)).isTrue();

        List<Letter> letters = new ArrayList<>();
        mailbox.drainTo(letters, 10);
        assertThat(letters).containsExactly(READ);
        assertThat(mailbox.hasMore(0)).isFalse();

        mailbox.durable(3);
        assertThat(mailbox.hasMore(0)).isTrue();
        assertThat(mailbox.hasMore(3)).isFalse();
    }

    @Test
    void newsOfTheDiskNeverGoBack() {
        mailbox.durable(3);
        mailbox.durable(2);

        assertThat(mailbox.durableToken()).isEqualTo(3);
    }

    @Test
    void refusesWhatIsTooHeavyUntilThereIsRoomAgainButNothingThatWeighsNothing() {
        assertThat(mailbox.offer(entriesOf(1_200))).isTrue();
        assertThat(mailbox.offer(entriesOf(600))).isFalse();
        assertThat(mailbox.offer(READ)).isTrue();
        assertThat(mailbox.refusedCount()).isEqualTo(1);

        mailbox.drainTo(new ArrayList<>(), 10);

        assertThat(mailbox.offer(entriesOf(600))).isTrue();
    }

    /** Else it could never arrive where light ones come all the time. */
    @Test
    void takesALetterHoweverHeavyWhenTheOthersAreNot() {
        assertThat(mailbox.offer(entriesOf(100))).isTrue();

        assertThat(mailbox.offer(entriesOf(5_000))).isTrue();
    }

    @Test
    void whatFindsNoPlaceLeavesItsWeightOutside() {
        mailbox.offer(READ);
        mailbox.offer(READ);
        assertThat(mailbox.offer(entriesOf(1_200))).isFalse();
        mailbox.drainTo(new ArrayList<>(), 10);

        assertThat(mailbox.offer(entriesOf(600))).isTrue();
        assertThat(mailbox.offer(entriesOf(600))).isTrue();
    }

    private static Letter entriesOf(int bytes) {
        var message = new Message.AcceptDecide(
                new Ballot(1, 1, 0, 1), new Message.Sequence(1, 2), 0, List.of(new Entry.Command(new byte[bytes])));
        return new Letter.FromPeer(new NodeId(1), message);
    }
}
