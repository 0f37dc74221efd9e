package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Output.ProposalOutcome;
import org.junit.jupiter.api.Test;

/** The planned hand-over of the lead. */
class TransferTest {
    private final Scene scene = Scene.of(1, 2, 3);

    @Test
    void theOneThatIsNamedLeadsWithoutATickAndHasAllThatWasDecided() {
        scene.elect(3);
        scene.propose(3, 1, "a");

        boolean isUnderWay = transfer(3, new NodeId(1));
        scene.deliverAll();
        scene.propose(1, 2, "b");
        scene.deliverAll();

        assertThat(isUnderWay).isTrue();
        assertThat(scene.node(1).status().isLeading()).isTrue();
        assertThat(scene.node(2).decided).containsExactly(entry("a"), entry("b"));
    }

    @Test
    void whenNobodyIsNamedTheOneWithTheMostOnItsDiskLeads() {
        scene.elect(3);
        scene.ticks(2);
        scene.propose(3, 1, "a");
        scene.deliver(touching(1).negate());

        transfer(3, null);
        scene.deliverAll();

        assertThat(scene.node(2).status().isLeading()).isTrue();
    }

    @Test
    void nobodyButALeaderHandsOverAndToNobodyWhoDoesNotFollow() {
        scene.elect(3);
        scene.node(3)
                .core
                .reconfigure(
                        1,
                        Configuration.ofMajorities(
                                2, scene.node(3).status().configuration().replicas()));
        scene.node(3).settle();
        scene.drop(sentTo(1));

        assertThat(transfer(1, new NodeId(2))).isFalse();
        assertThat(transfer(3, new NodeId(3))).isFalse();
        assertThat(transfer(3, new NodeId(9))).isFalse();
    }

    /** That it is sent one does not mean that it gets it: until it answers it would not obey. */
    @Test
    void nobodyHandsOverToAFollowerThatHasNotAnsweredItsSync() {
        scene.elect(3);
        scene.ticks(2);
        scene.propose(3, 1, "a");
        scene.deliverAll();
        scene.node(1).core.reconnected(new NodeId(3));
        scene.node(1).settle();
        scene.deliver(kind(Message.AcceptSync.class).negate());
        scene.drop(kind(Message.AcceptSync.class));

        boolean toOneThatWaits = transfer(3, new NodeId(1));
        scene.ticks(20);
        boolean toOneThatFollows = transfer(3, new NodeId(1));
        scene.deliverAll();

        assertThat(toOneThatWaits).isFalse();
        assertThat(toOneThatFollows).isTrue();
        assertThat(scene.node(1).status().isLeading()).isTrue();
    }

    @Test
    void whatIsProposedMeanwhileIsDecidedOrSuperseded() {
        scene.elect(3);
        transfer(3, new NodeId(1));
        scene.propose(3, 7, "late");

        scene.deliverAll();

        boolean isDecided = scene.node(3).proposals.contains(new ProposalOutcome.Decided(7, 0));
        boolean isSuperseded = scene.node(3).proposals.contains(new ProposalOutcome.Superseded(7));
        assertThat(isDecided ^ isSuperseded).isTrue();
    }

    @Test
    void anOrderOfAnEarlierRoundIsNotObeyed() {
        scene.elect(3);
        Ballot earlier = scene.node(3).status().promise();
        scene.elect(2);

        scene.arrive(new Scene.Flight(3, 1, new Message.TakeOver(earlier)));

        assertThat(scene.wire()).noneMatch(kind(Message.Prepare.class));
        assertThat(scene.node(2).status().isLeading()).isTrue();
    }

    private boolean transfer(long node, @org.jspecify.annotations.Nullable NodeId to) {
        boolean isUnderWay = scene.node(node).core.transferLeadership(to);
        scene.node(node).settle();
        return isUnderWay;
    }
}
