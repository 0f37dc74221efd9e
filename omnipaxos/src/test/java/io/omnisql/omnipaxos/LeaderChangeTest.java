package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.AcceptDecide;
import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.Decide;
import io.omnisql.omnipaxos.Message.Prepare;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stories of leaders that come and go (R6, R10, R13). */
class LeaderChangeTest {

    @Test
    void aNewLeaderAdoptsWhatItsPredecessorsQuorumAcceptedButWasNotToldAsDecided() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliver(kind(AcceptDecide.class).and(sentTo(2)));
        scene.drop(_ -> true);
        scene.node(3).crash();

        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliverAll();

        assertThat(scene.node(1).decided).containsExactly(entry("a"));
        assertThat(scene.node(2).decided).containsExactly(entry("a"));
        assertThat(scene.node(1).status().roundStartIndex()).isEqualTo(1);
    }

    @Test
    void entriesOfADeposedLeaderThatNobodyElseHoldsAreReplacedAndSuperseded() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(3);
        scene.propose(3, 1, "lost");
        scene.drop(touching(3));
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliver(touching(3).negate());
        scene.drop(touching(3));
        scene.propose(1, 2, "kept");
        scene.deliver(touching(3).negate());
        scene.drop(touching(3));

        scene.ticks(20);

        assertThat(scene.node(3).log()).containsExactly(entry("kept"));
        assertThat(scene.node(3).decided).containsExactly(entry("kept"));
        assertThat(scene.node(3).proposals)
                .containsExactly(
                        new ProposalOutcome.Placed(1, new Ballot(1, 1, 0, 3), 0), new ProposalOutcome.Superseded(1));
    }

    /** R6: no decided index ever moves back, and a leader learns of a higher one. */
    @Test
    void aLateFollowerThatKnowsOfMoreDecisionsTellsItsNewLeader() {
        Scene scene = Scene.of(1, 2, 3, 4, 5);
        scene.elect(5);
        for (int i = 0; i < 7; i++) {
            scene.propose(5, i, "e" + i);
        }
        scene.deliverAll();
        for (int i = 7; i < 10; i++) {
            scene.node(5).core.propose(i, entry("e" + i));
        }
        scene.node(5).settle();
        scene.deliver(kind(AcceptDecide.class).or(kind(Accepted.class)));
        scene.deliver(kind(Decide.class).and(sentTo(1)));
        scene.drop(_ -> true);
        scene.node(5).crash();
        scene.node(4).core.tryBecomeLeader();
        scene.node(4).settle();
        List<Scene.Flight> late = scene.drop(kind(Prepare.class).and(sentTo(1)));
        scene.deliver(kind(Prepare.class).or(kind(Message.Promise.class)));
        long decidedBefore = scene.node(4).status().decidedIndex();

        late.forEach(scene::arrive);
        scene.deliver(kind(Message.Promise.class));

        assertThat(decidedBefore).isEqualTo(7);
        assertThat(scene.node(4).status().decidedIndex()).isEqualTo(10);
        assertThat(scene.node(1).status().decidedIndex()).isEqualTo(10);
        scene.deliverAll();
        assertThat(scene.node(2).status().decidedIndex()).isEqualTo(10);
    }

    /** R10: a node promised a ballot whose Prepares were lost, and crashed; the others follow a lower one. */
    @Test
    void aStrandedNodeIsFetchedBackByAHigherBallot() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(2);
        scene.node(3).core.tryBecomeLeader();
        scene.node(3).settle();
        scene.drop(_ -> true);
        scene.node(3).crash();
        Ballot before = scene.node(2).status().promise();
        Ballot stranded = scene.node(3).disk.recover().promise();
        scene.node(3).restart();

        scene.ticks(13);

        assertThat(stranded).isGreaterThan(before);
        assertThat(scene.node(2).status().isLeading() || scene.node(1).status().isLeading())
                .isTrue();
        assertThat(scene.node(3).status().promise()).isGreaterThan(stranded);
        assertThat(scene.node(3).status().promise())
                .isEqualTo(scene.node(2).status().promise());
        scene.propose(3, 1, "a");
        scene.deliverAll();
        assertThat(scene.node(3).decided).containsExactly(entry("a"));
    }

    /** R13: ids have gaps and no order; tables are by member. */
    @ParameterizedTest
    @ValueSource(strings = {"6,7,8", "7,1,100,4,6"})
    void idsMayBeAnyPositiveNumbers(String ids) {
        List<Long> nodes = new ArrayList<>();
        for (String id : ids.split(",", -1)) {
            nodes.add(Long.parseLong(id));
        }
        Scene scene = Scene.of(nodes.stream().mapToLong(Long::longValue).toArray());
        long leader = scene.elect();

        scene.propose(leader, 1, "a");
        scene.deliverAll(); // To a stranger, this would fail.

        for (long node : nodes) {
            assertThat(scene.node(node).decided).containsExactly(entry("a"));
        }
    }

    @Test
    void aLeaderThatRestartsDoesNotResumeItsRound() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(3);
        Ballot before = scene.node(3).status().promise();
        scene.node(3).crash();
        scene.node(3).restart();

        Status restarted = scene.node(3).status();
        long leader = scene.elect();

        assertThat(restarted.phase()).isEqualTo(Status.Phase.RECOVER);
        assertThat(restarted.leader()).isNull();
        assertThat(scene.node(leader).status().promise()).isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3})
    void aReplicaThatRestartsDecidesEverythingAgain(long crashed) {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();
        scene.node(crashed).crash();
        scene.ticks(10);
        long leader = scene.elect();
        scene.propose(leader, 2, "b");
        scene.deliverAll();

        scene.node(crashed).restart();
        scene.ticks(20);

        assertThat(scene.node(crashed).status().decidedIndex()).isEqualTo(2);
        assertThat(scene.node(crashed).log()).containsExactly(entry("a"), entry("b"));
    }

    @Test
    void aLeaderIsReplacedWhenItFallsSilent() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(3);
        scene.node(3).crash();

        scene.ticks(4);

        assertThat(scene.node(2).status().isLeading()).isTrue();
        assertThat(scene.node(1).status().leader()).isEqualTo(new NodeId(2));
    }

    @Test
    void strangersAndOtherConfigurationsAreRefusedAtTheDoor() {
        Scene scene = Scene.of(1, 2, 3);
        scene.elect(3);
        OmniPaxos node = scene.node(1).core;
        Ballot ofEarlier = new Ballot(0, 99, 0, 3);
        Ballot ofStranger = new Ballot(1, 99, 0, 9);

        node.receive(new NodeId(3), new Prepare(ofEarlier, ofEarlier, 0, 0));
        node.receive(new NodeId(9), new Prepare(ofStranger, ofStranger, 0, 0));
        node.receive(new NodeId(9), new Message.HeartbeatRequest(1, 1));

        assertThat(node.hasOutput()).isFalse();
    }
}
