package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.AcceptSync;
import io.omnisql.omnipaxos.Message.ForwardedProposal;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Scene.Flight;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A leader without a quorum takes up no more than one message can carry: its undecided log leaves in one piece when a follower comes
 * back, and a transport that drops that message drops it for ever.
 */
class UndecidedBytesTest {
    private static final long UNDECIDED_MAX = 1_000;
    private static final int SMALL = 100; // With its overhead.

    private final Scene scene = Scene.of(new Settings(0, 1, 10, 300, 100, 1_000, UNDECIDED_MAX), 1, 2, 3);

    @Test
    void aLeaderWithoutItsFollowersRefusesWhatTheirReturnCouldNotCarry() {
        scene.elect(1);

        int taken = proposeAlone(50);

        assertThat(taken).isEqualTo((int) UNDECIDED_MAX / SMALL);
        assertThat(propose(1, 99, SMALL)).isEqualTo(new ProposeResult.Overloaded());
    }

    @Test
    void whenTheFollowersComeBackOneMessageCarriesAllAndRoomIsThereAgain() {
        scene.elect(1);
        int taken = proposeAlone(50);

        for (long node = 2; node <= 3; node++) {
            scene.node(node).core.reconnected(new NodeId(1));
            scene.node(node).settle();
        }
        scene.deliver(kind(AcceptSync.class).negate());
        List<Flight> syncs = scene.wire();
        scene.deliverAll();

        assertThat(syncs).isNotEmpty().allMatch(flight -> bytes(flight) <= UNDECIDED_MAX);
        assertThat(scene.node(2).decided).hasSize(taken);
        assertThat(propose(1, 99, SMALL)).isEqualTo(new ProposeResult.Accepted());
    }

    @Test
    void aSingleEntryIsTakenHoweverLarge() {
        scene.elect(1);

        ProposeResult first = propose(1, 1, 5_000);
        ProposeResult second = propose(1, 2, SMALL);
        scene.deliverAll();

        assertThat(first).isEqualTo(new ProposeResult.Accepted());
        assertThat(second).isEqualTo(new ProposeResult.Overloaded());
        assertThat(scene.node(3).decided).hasSize(1);
    }

    @Test
    void aForwardThatFindsNoRoomIsSuperseded() {
        scene.elect(1);
        proposeAlone(50);

        propose(2, 7, SMALL);
        scene.deliver(kind(ForwardedProposal.class));
        scene.deliver(kind(Message.ForwardOutcome.class));

        assertThat(scene.node(2).proposals).containsExactly(new ProposalOutcome.Superseded(7));
    }

    @Test
    void whatWaitsForThePreparePhaseCountsToo() {
        scene.elect(1);
        scene.node(2).core.tryBecomeLeader();
        scene.node(2).settle();
        scene.drop(touching(2));

        for (int i = 0; i < UNDECIDED_MAX / SMALL; i++) {
            assertThat(propose(2, i, SMALL)).isEqualTo(new ProposeResult.Accepted());
        }

        assertThat(propose(2, 99, SMALL)).isEqualTo(new ProposeResult.Overloaded());
    }

    /** Each of the two had room for itself. */
    @Test
    void whatTheAdoptedLogLeavesNoRoomForIsSuperseded() {
        scene.elect(1);
        for (int i = 0; i < 6; i++) {
            propose(1, i, SMALL);
        }
        scene.deliver(sentTo(3));
        scene.drop(_ -> true);
        scene.node(2).core.tryBecomeLeader();
        scene.node(2).settle();
        for (int i = 0; i < 6; i++) {
            propose(2, 20 + i, SMALL);
        }

        scene.drop(touching(1));
        scene.deliver(kind(Message.Prepare.class).or(kind(Message.Promise.class)));

        assertThat(scene.node(2).status().acceptedIndex()).isEqualTo(10);
        assertThat(scene.node(2).proposals)
                .contains(new ProposalOutcome.Superseded(24), new ProposalOutcome.Superseded(25))
                .doesNotContain(new ProposalOutcome.Superseded(23));
    }

    private int proposeAlone(int count) {
        int taken = 0;
        for (int i = 0; i < count; i++) {
            taken += propose(1, 100 + i, SMALL) instanceof ProposeResult.Accepted ? 1 : 0;
            scene.drop(touching(1));
        }
        return taken;
    }

    private ProposeResult propose(long node, long proposalId, int bytes) {
        Entry.Command empty = new Entry.Command(new byte[0]);
        ProposeResult result =
                scene.node(node).core.propose(proposalId, new Entry.Command(new byte[bytes - empty.sizeBytes()]));
        scene.node(node).settle();
        return result;
    }

    private static long bytes(Flight flight) {
        return flight.message() instanceof AcceptSync sync
                ? sync.sync().suffix().stream().mapToLong(Entry::sizeBytes).sum()
                : 0;
    }
}
