package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentBy;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.AcceptDecide;
import io.omnisql.omnipaxos.Message.AcceptSync;
import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.Decide;
import io.omnisql.omnipaxos.Message.LogSync;
import io.omnisql.omnipaxos.Message.PrepareRequest;
import io.omnisql.omnipaxos.Message.Probe;
import io.omnisql.omnipaxos.Message.Promise;
import io.omnisql.omnipaxos.Message.Sequence;
import io.omnisql.omnipaxos.Status.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stories of the stream between a leader and a follower: losses, repetitions and delays (R1, R2, R8, R9). */
class StreamRepairTest {
    private static final long LEADER = 3;
    private static final long FOLLOWER = 1;
    private static final long OTHER = 2;
    private static final int TWO_RESEND_PERIODS = 20;

    private final Scene scene = Scene.of(1, 2, 3);

    /** R1: a message that was formed before an AcceptSync never grows after it. */
    @Test
    void anEntryTravelsOnlyInTheSessionThatCoversItsPlace() {
        scene.elect(LEADER);
        Ballot ballot = scene.node(LEADER).status().promise();
        Promise repeated = new Promise(ballot, Ballot.none(1), 0, 0, null);
        OmniPaxos leader = scene.node(LEADER).core;

        leader.propose(1, entry("a"));
        leader.receive(new NodeId(FOLLOWER), repeated);
        leader.propose(2, entry("b"));
        List<Message> sent = leader.takeOutput().immediate().stream()
                .filter(outgoing -> outgoing.to().value() == FOLLOWER)
                .map(Output.Outgoing::message)
                .toList();

        assertThat(sent)
                .containsExactly(
                        new AcceptSync(ballot, new Sequence(2, 1), 0, new LogSync(0, List.of(entry("a")))),
                        new AcceptDecide(ballot, new Sequence(2, 2), 0, List.of(entry("b"))));
    }

    /** R1, the whole story: the AcceptSync is lost, the entry after it is in flight, the promise is repeated. */
    @Test
    void aFollowerThatMissedItsSyncTakesNothingOfThatSession() {
        scene.elect(LEADER);
        scene.node(FOLLOWER).core.reconnected(new NodeId(LEADER));
        scene.node(FOLLOWER).settle();
        scene.deliver(kind(AcceptSync.class).negate());
        scene.drop(kind(AcceptSync.class));
        scene.propose(LEADER, 1, "a");
        for (int i = 0; i < 10; i++) {
            scene.tick();
        }
        scene.deliver(kind(Promise.class));
        scene.propose(LEADER, 2, "b");
        scene.deliverAll();

        assertThat(scene.node(FOLLOWER).decided).containsExactly(entry("a"), entry("b"));
    }

    /** R2: an AcceptSync of an older session of the same ballot would cut acknowledged entries. */
    @Test
    void aLateDuplicateOfAnOlderSyncShortensNoLog() {
        scene.elect(LEADER);
        proposeMany(0, 7);
        scene.node(FOLLOWER).core.reconnected(new NodeId(LEADER));
        scene.node(FOLLOWER).settle();
        scene.deliver(kind(AcceptSync.class).negate());
        Scene.Flight duplicate = scene.wire().getFirst();
        scene.deliverAll();
        proposeMany(7, 12);
        proposeWithLostEntryTo(FOLLOWER);
        scene.deliver(kind(PrepareRequest.class));
        scene.deliver(kind(Message.Prepare.class));
        Status before = scene.node(FOLLOWER).status();

        scene.arrive(duplicate);

        assertThat(before.phase()).isEqualTo(Phase.PREPARE);
        assertThat(scene.node(FOLLOWER).status()).isEqualTo(before);
        assertThat(before.acceptedIndex()).isEqualTo(12);
        scene.deliverAll();
        assertThat(scene.node(FOLLOWER).decided).isEqualTo(scene.node(LEADER).decided);
        assertThat(scene.node(FOLLOWER).status().phase()).isEqualTo(Phase.ACCEPT);
    }

    /** A promise that arrives twice opens a second session; the follower moves on to it without asking to start over. */
    @Test
    void aRepeatedPromiseCostsOneMoreSyncAndNoRecovery() {
        scene.elect(LEADER);
        proposeMany(0, 3);
        Ballot ballot = scene.node(LEADER).status().promise();
        scene.arrive(new Scene.Flight(FOLLOWER, LEADER, new Promise(ballot, Ballot.none(1), 0, 0, null)));

        scene.deliver(sentTo(FOLLOWER));
        scene.propose(LEADER, 9, "after");

        assertThat(scene.node(FOLLOWER).status().phase()).isEqualTo(Phase.ACCEPT);
        assertThat(scene.wire()).noneMatch(flight -> flight.message() instanceof PrepareRequest);
        scene.deliverAll();
        assertThat(scene.node(FOLLOWER).decided).hasSize(4).isEqualTo(scene.node(LEADER).decided);
    }

    /** R2, the variant: a sync that begins beyond the log's end is refused, and the promise is repeated. */
    @Test
    void aSyncBeyondTheEndOfTheLogIsRefused() {
        scene.elect(LEADER);
        scene.node(FOLLOWER).core.reconnected(new NodeId(LEADER));
        scene.node(FOLLOWER).settle();
        scene.deliver(kind(PrepareRequest.class).or(kind(Message.Prepare.class)));
        scene.drop(kind(Promise.class));
        Ballot ballot = scene.node(LEADER).status().promise();
        LogSync beyond = new LogSync(12, List.of(entry("z")));

        scene.arrive(new Scene.Flight(LEADER, FOLLOWER, new AcceptSync(ballot, new Sequence(9, 1), 12, beyond)));

        assertThat(scene.node(FOLLOWER).status().acceptedIndex()).isZero();
        scene.ticks(10);
        assertThat(scene.node(FOLLOWER).status().phase()).isEqualTo(Phase.ACCEPT);
    }

    /** R8: a repeated PrepareRequest un-promises a follower that is happily accepting. */
    @Test
    void aFollowerPromisesAgainWhenAskedInTheAcceptPhase() {
        scene.elect(LEADER);
        PrepareRequest late = new PrepareRequest(scene.node(LEADER).status().promise());

        scene.arrive(new Scene.Flight(FOLLOWER, LEADER, late));
        scene.ticks(10);
        scene.propose(LEADER, 1, "a");
        scene.deliverAll();

        assertThat(scene.node(FOLLOWER).decided).containsExactly(entry("a"));
    }

    /** R9. */
    @Test
    void aLostLastEntryIsRepairedWithoutFurtherTraffic() {
        scene.elect(LEADER);

        scene.propose(LEADER, 1, "a");
        scene.drop(kind(AcceptDecide.class).and(sentTo(FOLLOWER)));
        scene.deliver(kind(AcceptDecide.class).or(kind(Accepted.class)));
        scene.drop(kind(Decide.class).and(sentTo(FOLLOWER)));
        scene.ticks(TWO_RESEND_PERIODS);

        assertThat(scene.node(FOLLOWER).decided).containsExactly(entry("a"));
    }

    /** R9. */
    @Test
    void aLostLastDecisionIsRepairedWithoutFurtherTraffic() {
        scene.elect(LEADER);

        scene.propose(LEADER, 1, "a");
        scene.deliver(kind(AcceptDecide.class).or(kind(Accepted.class)));
        scene.drop(kind(Decide.class));
        scene.ticks(TWO_RESEND_PERIODS);

        assertThat(scene.node(FOLLOWER).decided).containsExactly(entry("a"));
        assertThat(scene.node(OTHER).decided).containsExactly(entry("a"));
    }

    /** R9. */
    @Test
    void lostAcknowledgementsAreRepairedWithoutFurtherTraffic() {
        scene.elect(LEADER);

        scene.propose(LEADER, 1, "a");
        scene.deliver(kind(AcceptDecide.class));
        scene.drop(kind(Accepted.class));
        scene.ticks(TWO_RESEND_PERIODS);

        assertThat(scene.node(LEADER).decided).containsExactly(entry("a"));
        assertThat(scene.node(FOLLOWER).decided).containsExactly(entry("a"));
    }

    /** R9: to take over a probe's number would skip the entry that the number stands for. */
    @Test
    void aProbeBeyondWhatArrivedMakesTheFollowerRecoverInsteadOfCatchingUpItsCounter() {
        scene.elect(LEADER);
        Ballot ballot = scene.node(LEADER).status().promise();

        scene.arrive(new Scene.Flight(LEADER, FOLLOWER, new Probe(ballot, new Sequence(1, 2), 0)));
        boolean recovers = scene.node(FOLLOWER).status().phase() == Phase.RECOVER;
        AcceptDecide third = new AcceptDecide(ballot, new Sequence(1, 3), 0, List.of(entry("third")));
        scene.arrive(new Scene.Flight(LEADER, FOLLOWER, third));

        assertThat(recovers).isTrue();
        assertThat(scene.node(FOLLOWER).status().acceptedIndex()).isZero();
    }

    @Test
    void aProbeOfWhatArrivedKeepsTheStreamGoing() {
        scene.elect(LEADER);
        Ballot ballot = scene.node(LEADER).status().promise();

        scene.arrive(new Scene.Flight(LEADER, FOLLOWER, new Probe(ballot, new Sequence(1, 1), 0)));
        scene.propose(LEADER, 1, "a");
        scene.deliver(kind(AcceptDecide.class).and(sentTo(FOLLOWER)));

        assertThat(scene.node(FOLLOWER).status().phase()).isEqualTo(Phase.ACCEPT);
        assertThat(scene.node(FOLLOWER).status().acceptedIndex()).isEqualTo(1);
    }

    /** An old duplicate of a promise makes the leader believe that the follower waits for a sync. */
    @Test
    void aLateDuplicateOfAPromiseDoesNotCutAFollowerOffForGood() {
        scene.elect(LEADER);
        Ballot ballot = scene.node(LEADER).status().promise();
        scene.propose(LEADER, 1, "a");
        scene.deliverAll();

        scene.arrive(new Scene.Flight(FOLLOWER, LEADER, new Promise(ballot, Ballot.none(1), 0, 0, null)));
        scene.propose(LEADER, 2, "b");
        scene.ticks(TWO_RESEND_PERIODS);

        assertThat(scene.node(FOLLOWER).decided).containsExactly(entry("a"), entry("b"));
    }

    @Test
    void manyProposalsBetweenTwoOutputsBecomeOneMessageToEachFollower() {
        scene.elect(LEADER);

        for (int i = 0; i < 50; i++) {
            scene.node(LEADER).core.propose(i, entry("e" + i));
        }
        scene.node(LEADER).settle();

        assertThat(scene.wire())
                .filteredOn(kind(AcceptDecide.class).and(sentBy(LEADER)))
                .hasSize(2);
    }

    @Test
    void largeBatchesAreSplitIntoMessagesOfAboutAMebibyte() {
        scene.elect(LEADER);

        for (int i = 0; i < 5; i++) {
            scene.node(LEADER).core.propose(i, new Entry.Command(new byte[400_000]));
        }
        scene.node(LEADER).settle();

        assertThat(scene.wire())
                .filteredOn(kind(AcceptDecide.class).and(sentTo(FOLLOWER)))
                .extracting(
                        flight -> ((AcceptDecide) flight.message()).entries().size())
                .containsExactly(2, 2, 1);
        scene.deliverAll();
        assertThat(scene.node(FOLLOWER).decided).hasSize(5);
    }

    private void proposeMany(int from, int until) {
        for (int i = from; i < until; i++) {
            scene.propose(LEADER, i, "x" + i);
        }
        scene.deliverAll();
    }

    private void proposeWithLostEntryTo(long node) {
        scene.propose(LEADER, 101, "lost");
        scene.drop(kind(AcceptDecide.class).and(sentTo(node)));
        scene.propose(LEADER, 102, "next");
        scene.deliver(kind(AcceptDecide.class));
    }
}
