package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldProposalsTest {
    private static final long NOW = 1_000;
    private static final long LATER = NOW + HeldProposals.HOLD_MAX.toNanos();
    private static final Entry.Command COMMAND = new Entry.Command(new byte[] {1});

    private final HeldProposals held = new HeldProposals();
    private final List<Letter> opened = new ArrayList<>();

    private static Letter own(long id) {
        return new Letter.Propose(id, COMMAND);
    }

    private static Letter forwarded(long id) {
        return new Letter.FromPeer(new NodeId(2), new Message.ForwardedProposal(new Ballot(1, 1, 0, 1), id, COMMAND));
    }

    @Test
    void holdsNothingWhileTheLogIsIdle() {
        assertThat(held.hold(own(1), false, NOW)).isFalse();
    }

    @Test
    void proposalsOfAllNodesWaitWhileTheLogIsBusyAndGoOnInOrder() {
        assertThat(held.hold(own(1), true, NOW)).isTrue();
        assertThat(held.hold(forwarded(2), true, NOW)).isTrue();

        held.release(true, NOW + 1, opened::add);
        assertThat(opened).isEmpty();

        held.release(false, NOW + 2, opened::add);
        assertThat(opened).containsExactly(own(1), forwarded(2));
    }

    @Test
    void nothingElseWaits() {
        assertThat(held.hold(new Letter.ReadIndex(1), true, NOW)).isFalse();
        assertThat(held.hold(new Letter.Reconnected(new NodeId(2)), true, NOW)).isFalse();
    }

    @Test
    void aSlowDiskHoldsNobodyUpForLong() {
        held.hold(own(1), true, NOW);

        assertThat(held.untilRelease(Long.MAX_VALUE, NOW + 1)).isEqualTo(LATER - NOW - 1);
        held.release(true, LATER, opened::add);

        assertThat(opened).containsExactly(own(1));
        assertThat(held.untilRelease(7, LATER)).isEqualTo(7);
        assertThat(held.isEmpty()).isTrue();
    }

    @Test
    void theFirstOfThemSetsTheTime() {
        held.hold(own(1), true, NOW);
        held.hold(own(2), true, LATER - 1);

        held.release(true, LATER, opened::add);

        assertThat(opened).hasSize(2);
    }

    @Test
    void howManyMayWaitIsBounded() {
        int count = 0;
        while (held.hold(own(count), true, NOW)) {
            count++;
        }
        held.release(true, NOW, opened::add);

        assertThat(opened).hasSize(count);
        assertThat(held.hold(own(count), true, NOW)).isTrue();
    }
}
