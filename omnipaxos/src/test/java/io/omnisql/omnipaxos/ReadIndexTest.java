package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentBy;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.AcceptDecide;
import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.ConfirmRound;
import io.omnisql.omnipaxos.Message.Decide;
import io.omnisql.omnipaxos.Message.ReadIndexReply;
import io.omnisql.omnipaxos.Message.ReadIndexRequest;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import org.junit.jupiter.api.Test;

class ReadIndexTest {
    private final Scene scene = Scene.of(1, 2, 3);

    @Test
    void aReadAtTheLeaderIsVouchedForByAQuorum() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();

        read(3, 7);
        boolean early = !scene.node(3).reads.isEmpty();
        scene.deliverAll();

        assertThat(early).isFalse();
        assertThat(scene.node(3).reads).containsExactly(new ReadOutcome.Ready(7, 1));
    }

    @Test
    void aReadAtAFollowerGetsTheLeadersIndex() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();

        read(1, 7);
        scene.deliverAll();

        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Ready(7, 1));
    }

    /** Its question says that it promised nothing higher, and of three that is a quorum with the leader. */
    @Test
    void ofThreeAFollowersReadNeedsNobodyElse() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();

        read(1, 7);
        scene.deliver(kind(ReadIndexRequest.class));
        long confirmations =
                scene.wire().stream().filter(kind(ConfirmRound.class)).count();
        scene.deliver(kind(ReadIndexReply.class));

        assertThat(confirmations).isZero();
        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Ready(7, 1));
    }

    @Test
    void ofFiveAFollowersReadNeedsOneMore() {
        Scene five = Scene.of(1, 2, 3, 4, 5);
        five.elect(5);

        five.node(1).core.requestReadIndex(7);
        five.node(1).settle();
        five.deliver(kind(ReadIndexRequest.class));
        boolean early = five.wire().stream().anyMatch(kind(ReadIndexReply.class));
        five.drop(sentTo(1).or(sentTo(3)).or(sentTo(4)));
        five.deliverAll();

        assertThat(early).isFalse();
        assertThat(five.node(1).reads).hasSize(1);
    }

    @Test
    void ofFiveAConfirmationOfTheAskerItselfCountsOnce() {
        Scene five = Scene.of(1, 2, 3, 4, 5);
        five.elect(5);

        five.node(1).core.requestReadIndex(7);
        five.node(1).settle();
        five.deliver(kind(ReadIndexRequest.class));
        five.drop(sentTo(2).or(sentTo(3)).or(sentTo(4)));
        five.deliverAll();

        assertThat(five.node(1).reads).isEmpty();
    }

    /** It does not wait for the confirmation that the leader's own read needs. */
    @Test
    void aFollowersReadOvertakesTheLeaders() {
        scene.elect(3);

        read(3, 6);
        read(1, 7);
        scene.deliver(kind(ReadIndexRequest.class).or(kind(ReadIndexReply.class)));

        assertThat(scene.node(3).reads).isEmpty();
        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Ready(7, 0));
    }

    /** A deposed leader that does not know it, and a follower that does not know it either: the others have gone on. */
    @Test
    void aFollowerThatPromisedTheSuccessorIsNoWitness() {
        scene.elect(3);
        Ballot old = scene.node(3).status().promise();
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliver(touching(3).negate());
        scene.drop(touching(3));

        read(2, 7);

        assertThat(scene.wire()).noneMatch(flight -> flight.to() == 3);
        assertThat(scene.node(2).status().promise()).isGreaterThan(old);
    }

    @Test
    void readsThatWaitShareOneConfirmation() {
        scene.elect(3);

        for (int id = 0; id < 10; id++) {
            read(3, id);
        }
        long first = scene.wire().stream().filter(kind(ConfirmRound.class)).count();
        scene.deliverAll();
        long later = scene.wire().stream().filter(kind(ConfirmRound.class)).count();

        assertThat(first).isEqualTo(2); // One to each peer, for the first read; the nine others wait for the next.
        assertThat(later).isZero();
        assertThat(scene.node(3).reads).hasSize(10);
    }

    @Test
    void aDeposedLeaderThatDoesNotKnowItVouchesForNothing() {
        scene.elect(3);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliver(touching(3).negate());
        scene.drop(touching(3));

        read(3, 7);
        scene.deliver(kind(ConfirmRound.class));
        scene.deliver(sentTo(3));

        assertThat(scene.node(3).reads).isEmpty();
        scene.ticks(20);
        assertThat(scene.node(3).reads).containsExactly(new ReadOutcome.Failed(7));
    }

    /** The new leader's decided index lags what its predecessor acknowledged. */
    @Test
    void aReadWaitsUntilTheNewLeaderHasDecidedTheLogItAdopted() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliver(kind(AcceptDecide.class).or(kind(Accepted.class)));
        scene.drop(kind(Decide.class));
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliver(kind(Accepted.class).or(touching(3)).negate());
        scene.drop(touching(3));

        read(1, 7);
        scene.deliver(kind(Accepted.class).negate());
        boolean early = !scene.node(1).reads.isEmpty();
        scene.deliverAll();

        assertThat(early).isFalse();
        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Ready(7, 1));
    }

    @Test
    void withoutALeaderAReadFailsAtOnce() {
        read(1, 7);

        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Failed(7));
    }

    @Test
    void lostConfirmationsAreAskedForAgain() {
        scene.elect(3);

        read(3, 7);
        scene.drop(kind(ConfirmRound.class));
        scene.ticks(10);

        assertThat(scene.node(3).reads).containsExactly(new ReadOutcome.Ready(7, 0));
    }

    @Test
    void anUnansweredReadFailsAfterTwoResendPeriods() {
        scene.elect(3);

        read(1, 7);
        scene.drop(sentBy(1));
        scene.ticks(20);

        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Failed(7));
    }

    @Test
    void aReadAnsweredAfterItFailedIsNotToldAgain() {
        scene.elect(3);
        read(1, 7);
        scene.deliver(kind(ReadIndexReply.class).negate());

        scene.node(1).core.reconnected(new NodeId(3));
        scene.node(1).settle();
        scene.deliverAll();

        assertThat(scene.node(1).reads).containsExactly(new ReadOutcome.Failed(7));
    }

    @Test
    void aNodeThatDoesNotLeadRefusesToVouch() {
        scene.elect(3);
        Ballot ballot = scene.node(3).status().promise();

        scene.arrive(new Scene.Flight(1, 2, new Message.ReadIndexRequest(ballot, 9)));

        assertThat(scene.wire()).contains(new Scene.Flight(2, 1, new ReadIndexReply(ballot, 9, -1)));
    }

    @Test
    void oneReplicaAloneVouchesForItselfAtOnce() {
        Scene alone = Scene.of(4);
        alone.elect();

        alone.node(4).core.requestReadIndex(1);
        alone.node(4).settle();

        assertThat(alone.node(4).reads).containsExactly(new ReadOutcome.Ready(1, 0));
    }

    private void read(long node, long readId) {
        scene.node(node).core.requestReadIndex(readId);
        scene.node(node).settle();
    }
}
