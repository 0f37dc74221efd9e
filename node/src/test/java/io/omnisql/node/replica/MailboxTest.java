package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final Letter READ = new Letter.ReadIndex(1);

    private final Mailbox mailbox = new Mailbox(2);

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
}
