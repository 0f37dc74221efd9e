package io.omnisql.omnipaxos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OmniPaxosTest {

    @Test
    void threeReplicasElectALeaderAndDecideWhatItProposes() {
        Scene scene = Scene.of(1, 2, 3);
        long leader = scene.elect();

        ProposeResult result = scene.propose(leader, 7, "a");
        scene.deliverAll();

        assertThat(result).isEqualTo(new ProposeResult.Accepted());
        for (long node = 1; node <= 3; node++) {
            assertThat(scene.node(node).decided).containsExactly(Scene.entry("a"));
            assertThat(scene.node(node).log()).containsExactly(Scene.entry("a"));
        }
        Ballot ballot = scene.node(leader).status().promise();
        assertThat(scene.node(leader).proposals)
                .containsExactly(
                        new Output.ProposalOutcome.Placed(7, ballot, 0), new Output.ProposalOutcome.Decided(7, 0));
    }

    @Test
    void aFollowerForwardsAndLearnsThatItsProposalWasDecided() {
        Scene scene = Scene.of(1, 2, 3);
        long leader = scene.elect();
        long follower = leader == 1 ? 2 : 1;

        scene.propose(follower, 7, "a");
        scene.deliverAll();

        Ballot ballot = scene.node(leader).status().promise();
        assertThat(scene.node(follower).proposals)
                .containsExactly(
                        new Output.ProposalOutcome.Placed(7, ballot, 0), new Output.ProposalOutcome.Decided(7, 0));
        assertThat(scene.node(follower).decided).containsExactly(Scene.entry("a"));
    }

    @Tag("reference-defect-17")
    @Test
    void oneReplicaAloneElectsItselfAndDecidesWhenItsDiskHasTheEntry() {
        Scene scene = Scene.of(4);
        long leader = scene.elect();
        scene.node(leader).isDiskHeld = true;

        scene.propose(leader, 1, "a");
        assertThat(scene.node(leader).decided).isEmpty();
        scene.node(leader).sync();
        scene.node(leader).settle();

        assertThat(scene.node(leader).decided).containsExactly(Scene.entry("a"));
    }
}
