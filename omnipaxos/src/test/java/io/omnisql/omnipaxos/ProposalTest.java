package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.ForwardOutcome;
import io.omnisql.omnipaxos.Message.ForwardedProposal;
import io.omnisql.omnipaxos.Message.Promise;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Status.Phase;
import org.junit.jupiter.api.Test;

/** Every proposal that is taken up has exactly one end (R14 and F15, for proposals). */
class ProposalTest {
    private final Scene scene = Scene.of(new Settings(0, 1, 10, 1L << 20, 100, 3, 1L << 20), 1, 2, 3);

    @Test
    void withoutALeaderAProposalIsRefusedAndNeverResurfaces() {
        ProposeResult result = scene.propose(1, 1, "a");
        scene.elect();
        scene.ticks(20);

        assertThat(result).isEqualTo(new ProposeResult.NoLeader());
        assertThat(scene.node(1).log()).isEmpty();
        assertThat(scene.node(1).proposals).isEmpty();
    }

    @Test
    void aProposalDuringThePreparePhaseIsPlacedOnceWhenItEnds() {
        scene.elect(3);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();

        ProposeResult result = scene.propose(1, 1, "a");
        Phase phase = scene.node(1).status().phase();
        scene.ticks(20);

        assertThat(phase).isEqualTo(Phase.PREPARE);
        assertThat(result).isEqualTo(new ProposeResult.Accepted());
        assertThat(scene.node(2).decided).containsExactly(entry("a"));
        Ballot ballot = scene.node(1).status().promise();
        assertThat(scene.node(1).proposals)
                .containsExactly(new ProposalOutcome.Placed(1, ballot, 0), new ProposalOutcome.Decided(1, 0));
    }

    @Test
    void aBufferedProposalOfACandidateThatLosesIsSupersededAndNeverPlaced() {
        scene.elect(3);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.drop(touching(1));
        scene.propose(1, 1, "a");
        scene.node(2).core.tryBecomeLeader();
        scene.node(2).settle();
        scene.ticks(20);

        assertThat(scene.node(1).proposals).containsExactly(new ProposalOutcome.Superseded(1));
        assertThat(scene.node(1).log()).isEmpty();
    }

    @Test
    void aLostForwardIsSupersededAfterTwoResendPeriods() {
        scene.elect(3);

        scene.propose(1, 1, "a");
        scene.drop(kind(ForwardedProposal.class));
        scene.ticks(20);

        assertThat(scene.node(1).proposals).containsExactly(new ProposalOutcome.Superseded(1));
    }

    @Test
    void aForwardIsSupersededWhenItsLinkBroke() {
        scene.elect(3);

        scene.propose(1, 1, "a");
        scene.node(1).core.reconnected(new NodeId(3));
        scene.node(1).settle();
        scene.deliverAll();

        assertThat(scene.node(1).proposals).containsExactly(new ProposalOutcome.Superseded(1));
    }

    @Test
    void aPlacedForwardIsSupersededWhenAnotherBallotIsPromised() {
        scene.elect(3);
        scene.propose(1, 1, "a");
        scene.deliver(kind(ForwardedProposal.class).or(kind(ForwardOutcome.class)));

        scene.node(2).core.tryBecomeLeader();
        scene.node(2).settle();
        scene.deliver(kind(Message.Prepare.class));

        assertThat(scene.node(1).proposals).last().isEqualTo(new ProposalOutcome.Superseded(1));
    }

    @Test
    void aNodeThatDoesNotLeadRefusesAndForwardsNothingFurther() {
        scene.elect(3);
        Ballot ballot = scene.node(3).status().promise();

        scene.arrive(new Scene.Flight(1, 2, new ForwardedProposal(ballot, 5, entry("a"))));

        assertThat(scene.wire()).containsExactly(new Scene.Flight(2, 1, new ForwardOutcome(ballot, 5, -1)));
    }

    @Test
    void aRefusedForwardIsSuperseded() {
        scene.elect(3);
        Ballot ballot = scene.node(3).status().promise();
        scene.propose(1, 5, "a");
        scene.drop(kind(ForwardedProposal.class));

        scene.arrive(new Scene.Flight(3, 1, new ForwardOutcome(ballot, 5, -1)));
        scene.arrive(new Scene.Flight(3, 1, new ForwardOutcome(ballot, 5, 0)));

        assertThat(scene.node(1).proposals).containsExactly(new ProposalOutcome.Superseded(5));
    }

    @Test
    void proposalsInFlightAreBoundedAtLeaderAndFollower() {
        scene.elect(3);

        for (int i = 0; i < 3; i++) {
            assertThat(scene.propose(3, i, "l" + i)).isEqualTo(new ProposeResult.Accepted());
            assertThat(scene.propose(1, i, "f" + i)).isEqualTo(new ProposeResult.Accepted());
        }

        assertThat(scene.propose(3, 9, "more")).isEqualTo(new ProposeResult.Overloaded());
        assertThat(scene.propose(1, 9, "more")).isEqualTo(new ProposeResult.Overloaded());
        scene.deliverAll();
        assertThat(scene.propose(3, 9, "more")).isEqualTo(new ProposeResult.Accepted());
        assertThat(scene.propose(1, 9, "more")).isEqualTo(new ProposeResult.Accepted());
    }

    @Test
    void aLeaderWithoutAQuorumTakesABoundedNumberOfForwards() {
        scene.elect(3);
        Ballot ballot = scene.node(3).status().promise();

        for (int i = 0; i < 20; i++) {
            scene.arrive(new Scene.Flight(1, 3, new ForwardedProposal(ballot, i, entry("f" + i))));
        }

        assertThat(scene.node(3).status().acceptedIndex()).isEqualTo(9);
        assertThat(scene.wire()).contains(new Scene.Flight(3, 1, new ForwardOutcome(ballot, 19, -1)));
    }

    @Test
    void aForwardToALeaderInThePreparePhaseIsPlacedWhenItEnds() {
        scene.elect(3);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliver(kind(Message.Prepare.class));
        scene.propose(2, 1, "a");
        scene.deliver(kind(Promise.class).negate());
        boolean isPreparing = scene.node(1).status().phase() == Phase.PREPARE;

        scene.deliverAll();

        assertThat(isPreparing).isTrue();
        assertThat(scene.node(2).proposals).last().isEqualTo(new ProposalOutcome.Decided(1, 0));
    }
}
