package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.AcceptDecide;
import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.LaterConfiguration;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** From one configuration to the next, over one log. */
class ReconfigurationTest {
    private final Scene scene = Scene.of(1, 2, 3);

    @Test
    void theLogGoesOnInTheNextConfigurationUnderTheSameLeaderWithoutATick() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.join(4, scene.node(3).status().configuration());
        scene.ticks(2);

        assertThat(change(3, 2, 3, 4)).isEqualTo(new ProposeResult.Accepted());
        scene.deliverAll();
        scene.propose(3, 10, "b");
        scene.deliverAll();

        assertThat(scene.node(3).status().isLeading()).isTrue();
        for (long node = 2; node <= 4; node++) {
            assertThat(scene.node(node).status().configuration().id()).isEqualTo(2);
            assertThat(scene.node(node).decided).containsExactly(entry("a"), sign(2, 2, 3, 4), entry("b"));
        }
        assertThat(scene.node(1).status().role()).isEqualTo(Role.LEARNER);
        scene.ticks(12);
        assertThat(scene.node(1).decided).isEqualTo(scene.node(3).decided);
    }

    @Test
    void aGroupGrowsFromOneAndShrinksToOne() {
        Scene single = Scene.of(1);
        single.elect(1);
        single.propose(1, 1, "a");
        Configuration first = single.node(1).status().configuration();
        single.join(2, first);
        single.join(3, first);
        single.ticks(12);

        single.node(1).core.reconfigure(2, configuration(2, 1, 2, 3));
        single.node(1).settle();
        single.deliverAll();
        single.propose(1, 3, "b");
        single.deliverAll();
        assertThat(single.node(3).decided).containsExactly(entry("a"), sign(2, 1, 2, 3), entry("b"));
        assertThat(single.node(3).status().role()).isEqualTo(Role.FOLLOWER);

        single.node(1).core.reconfigure(4, configuration(3, 2));
        single.node(1).settle();
        single.ticks(3);
        single.propose(2, 5, "c");
        single.ticks(12);
        assertThat(single.node(2).status().isLeading()).isTrue();
        assertThat(single.node(1).decided).last().isEqualTo(entry("c"));
    }

    @Test
    void whenTheLeaderLeavesTheFirstOfThoseWhoStayLeadsWithoutATick() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();

        change(3, 1, 2);
        scene.deliverAll();
        scene.propose(2, 2, "b");
        scene.deliverAll();

        assertThat(scene.node(1).status().isLeading()).isTrue();
        assertThat(scene.node(2).decided).last().isEqualTo(entry("b"));
        assertThat(scene.node(3).status().role()).isEqualTo(Role.LEARNER);
    }

    @Test
    void whatIsProposedBehindAStopSignIsSupersededAtTheSwitchAndTakenUpInTheNextConfiguration() {
        scene.elect(3);
        change(3, 1, 2, 3);
        ProposeResult held = scene.propose(3, 7, "held");
        assertThat(scene.node(3).log()).hasSize(1);

        scene.deliverAll();
        assertThat(held).isEqualTo(new ProposeResult.Accepted());
        assertThat(scene.node(3).proposals).contains(new ProposalOutcome.Superseded(7));

        scene.propose(3, 8, "held");
        scene.deliverAll();
        assertThat(scene.node(1).decided).containsExactly(sign(2, 1, 2, 3), entry("held"));
    }

    @Test
    void aChangeThatDoesNotFollowOnTheOneInForceIsRefused() {
        scene.elect(3);
        assertThat(scene.node(3).core.reconfigure(1, configuration(3, 1, 2))).isEqualTo(new ProposeResult.Outdated());
        assertThat(change(3, 1, 2, 3)).isEqualTo(new ProposeResult.Accepted());
        assertThat(change(3, 1, 2)).isEqualTo(new ProposeResult.Outdated());

        scene.deliverAll();
        assertThat(scene.node(3).core.reconfigure(2, configuration(2, 1, 2))).isEqualTo(new ProposeResult.Outdated());
        assertThat(scene.node(3).status().configuration()).isEqualTo(configuration(2, 1, 2, 3));
    }

    @Test
    void aStopSignThatALaterLeaderDoesNotAdoptIsGoneAndTheConfigurationGoesOn() {
        scene.elect(3);
        change(3, 1, 3);
        scene.drop(_ -> true);
        scene.node(3).crash();
        scene.ticks(6);
        long leader = scene.elect();
        scene.propose(leader, 5, "a");
        scene.ticks(2);
        scene.node(3).restart();
        scene.ticks(15);

        assertThat(scene.node(3).log()).containsExactly(entry("a"));
        assertThat(scene.node(3).status().configuration().id()).isEqualTo(1);
        assertThat(scene.node(3).core.reconfigure(6, configuration(2, 1, 2))).isEqualTo(new ProposeResult.Accepted());
    }

    @Test
    void aReplicaThatWasAwayLearnsOfTheChangeFromWhoeverItSpeaksTo() {
        scene.elect(3);
        scene.node(1).crash();
        change(3, 1, 2, 3);
        scene.ticks(2);
        scene.propose(3, 2, "a");
        scene.ticks(2);

        scene.node(1).restart();
        scene.ticks(15);

        assertThat(scene.node(1).status().configuration().id()).isEqualTo(2);
        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.ACCEPT);
        assertThat(scene.node(1).log()).containsExactly(sign(2, 1, 2, 3), entry("a"));
    }

    @Test
    void aReplicaOfASealedConfigurationIsToldSo() {
        scene.elect(3);
        scene.deliver(touching(1).negate());
        scene.drop(touching(1));
        change(3, 2, 3);
        scene.deliver(touching(1).negate());
        scene.drop(touching(1));

        scene.arrive(new Scene.Flight(1, 2, new Message.HeartbeatRequest(1, 5)));

        assertThat(scene.wire()).contains(new Scene.Flight(2, 1, new LaterConfiguration(2)));
    }

    /** Decided, configuration and promise are one batch: a crash finds either all of it or none. */
    @Test
    void aCrashBeforeTheSwitchIsDurableRepeatsIt() {
        scene.elect(3);
        scene.node(3).isDiskHeld = true;
        change(3, 1, 2, 3);
        scene.deliver(kind(AcceptDecide.class).or(kind(Accepted.class)));
        assertThat(scene.node(3).status().configuration().id()).isEqualTo(2);

        scene.node(3).crash();
        scene.node(3).restart();
        assertThat(scene.node(3).status().configuration().id()).isEqualTo(1);
        scene.ticks(15);

        assertThat(scene.node(3).status().configuration().id()).isEqualTo(2);
        assertThat(scene.node(3).decided).contains(sign(2, 1, 2, 3));
        assertThat(scene.node(3).status().phase()).isEqualTo(Phase.ACCEPT);
    }

    /** R5: the stop sign is an entry like others when logs are compared. */
    @Test
    void aReplicaThatHoldsAnUndecidedStopSignIsSynchronisedAsAnyOther() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();
        change(3, 1, 2, 3);
        scene.deliver(kind(AcceptDecide.class));
        scene.drop(_ -> true);
        scene.node(1).core.reconnected(new NodeId(3));
        scene.node(1).settle();
        scene.deliver(touching(1));

        assertThat(scene.node(1).status().configuration().id()).isEqualTo(2);
        assertThat(scene.node(1).log()).containsExactly(entry("a"), sign(2, 1, 2, 3));
        assertThat(scene.node(3).log()).containsExactly(entry("a"), sign(2, 1, 2, 3));
    }

    /** What its lost disk had promised nobody knows: it must not count in any quorum again. */
    @Test
    void aReplicaWithAnEmptiedDiskFollowsButNeverVotes() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();
        scene.node(1).crash();
        scene.join(1, scene.node(3).status().configuration());
        scene.node(2).crash();
        scene.propose(3, 2, "b");
        scene.ticks(30);

        assertThat(scene.node(1).status().role()).isEqualTo(Role.LEARNER);
        assertThat(scene.node(3).decided).containsExactly(entry("a"));

        scene.node(2).restart();
        scene.ticks(30);
        change(3, 1, 2, 3);
        scene.ticks(30);
        assertThat(scene.node(1).status().configuration().id()).isEqualTo(2);
        assertThat(scene.node(1).status().role()).isEqualTo(Role.LEARNER);
        assertThat(scene.node(1).decided).isEqualTo(scene.node(3).decided);
    }

    @Test
    void aStateOfALaterConfigurationBringsALaggardThere() {
        scene.elect(3);
        scene.node(1).crash();
        change(3, 1, 2, 3);
        scene.ticks(2);
        scene.propose(3, 2, "a");
        scene.ticks(2);
        scene.node(2).core.trim(2);
        scene.node(3).core.trim(2);
        scene.node(1).restart();
        scene.ticks(3);
        assertThat(scene.node(1).snapshotsRequired).isNotEmpty();

        SnapshotMark mark = Objects.requireNonNull(scene.node(2).core.mark(2));
        scene.node(1).install(mark);
        scene.ticks(12);

        assertThat(mark.configuration().id()).isEqualTo(2);
        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.ACCEPT);
        assertThat(scene.node(1).status().decidedIndex()).isEqualTo(2);
    }

    @Test
    void thereIsNoMarkForAStateFromBeforeTheConfigurationInForce() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        change(3, 1, 2, 3);
        scene.ticks(2);

        assertThat(scene.node(3).core.mark(1)).isNull();
        assertThat(scene.node(3).core.mark(2)).isNotNull();
    }

    private ProposeResult change(long node, long... replicas) {
        long id = scene.node(node).status().configuration().id() + 1;
        ProposeResult result = scene.node(node).core.reconfigure(1_000 + id, configuration(id, replicas));
        scene.node(node).settle();
        return result;
    }

    private static Configuration configuration(long id, long... replicas) {
        List<NodeId> nodes = Arrays.stream(replicas).mapToObj(NodeId::new).toList();
        return Configuration.ofMajorities(id, nodes);
    }

    private static Entry sign(long id, long... replicas) {
        return new Entry.StopSign(configuration(id, replicas));
    }
}
