package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.omnipaxos.Message.AcceptSync;
import io.omnisql.omnipaxos.Message.DecidedEntries;
import io.omnisql.omnipaxos.Message.Prepare;
import io.omnisql.omnipaxos.Message.Promise;
import io.omnisql.omnipaxos.Status.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logs that lag so far that their peer has forgotten what they lack. */
class CatchUpTest {
    /** About three entries stay in memory, and a catch-up step has four. */
    private static final Settings SMALL = new Settings(0, 1, 10, 100, 4, 1_000, 1L << 20);

    private final Scene scene = Scene.of(SMALL, 1, 2, 3);

    @Test
    void aFollowerFarBehindIsBroughtNearInStepsAndThenSynchronised() {
        scene.elect(3);
        List<Entry> all = proposeWithout(1, 3, 10);

        settleWithCatchUps(40);

        assertThat(scene.node(1).log()).isEqualTo(all);
        assertThat(scene.node(1).decided).isEqualTo(all);
        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.ACCEPT);
    }

    @Test
    void aNewLeaderFarBehindIsBroughtNearByAFollowerWithTheBetterLog() {
        scene.elect(3);
        List<Entry> all = proposeWithout(1, 3, 10);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();

        settleWithCatchUps(40);
        scene.propose(1, 100, "new");
        scene.deliverAll();

        all.add(entry("new"));
        assertThat(scene.node(1).status().isLeading()).isTrue();
        assertThat(scene.node(1).log()).isEqualTo(all);
        assertThat(scene.node(3).log()).isEqualTo(all);
    }

    @Test
    void aLostCatchUpIsAskedForAgain() {
        scene.elect(3);
        List<Entry> all = proposeWithout(1, 3, 10);
        scene.ticks(25);
        assertThat(scene.node(3).catchUps).hasSizeGreaterThan(1);
        scene.node(3).catchUps.clear();

        settleWithCatchUps(40);

        assertThat(scene.node(1).decided).isEqualTo(all);
    }

    /** Else every repetition would go on as one more catch-up beside the first, through the whole log. */
    @Test
    void aRepeatedCatchUpStepIsNotAnswered() {
        Follower follower = follower(4);
        DecidedEntries step = new DecidedEntries(round(4), 0, entries("a", "b"));
        follower.onDecidedEntries(step);
        outbox.take(0, List.of(), 0, List.of());

        follower.onDecidedEntries(step);

        assertThat(outbox.take(0, List.of(), 0, List.of()).afterDurable()).isEmpty();
    }

    @Test
    void nothingIsRepeatedWhileCatchingUpGoesOn() {
        Follower follower = follower(4);
        follower.onDecidedEntries(new DecidedEntries(round(4), 0, entries("a", "b")));
        outbox.take(0, List.of(), 0, List.of());

        follower.resend();
        List<Output.Outgoing> soon = outbox.take(0, List.of(), 0, List.of()).afterDurable();
        follower.resend();
        List<Output.Outgoing> later = outbox.take(0, List.of(), 0, List.of()).afterDurable();

        assertThat(soon).isEmpty();
        assertThat(later).extracting(Output.Outgoing::message).hasOnlyElementsOfType(Promise.class);
    }

    @Test
    void decidedEntriesReplaceAConflictingTail() {
        Follower follower = follower(4, "a", "b", "x", "y", "z");

        follower.onDecidedEntries(new DecidedEntries(round(4), 0, entries("a", "b", "c")));

        assertThat(log.entries(0, log.acceptedIndex())).isEqualTo(entries("a", "b", "c"));
        assertThat(log.decidedIndex()).isEqualTo(3);
        assertThat(acceptor.acceptedRound()).isEqualTo(round(2));
    }

    @Test
    void decidedEntriesKeepWhatMerelyLiesBeyondThem() {
        Follower follower = follower(4, "a", "b", "c", "d");

        follower.onDecidedEntries(new DecidedEntries(round(4), 0, entries("a", "b")));

        assertThat(log.entries(0, log.acceptedIndex())).isEqualTo(entries("a", "b", "c", "d"));
        assertThat(log.decidedIndex()).isEqualTo(2);
    }

    @Test
    void decidedEntriesExtendALogThatEndsAmongThem() {
        Follower follower = follower(4, "a");

        follower.onDecidedEntries(new DecidedEntries(round(4), 0, entries("a", "b", "c")));

        assertThat(log.entries(0, log.acceptedIndex())).isEqualTo(entries("a", "b", "c"));
    }

    @Test
    void decidedEntriesBeyondAHoleAreIgnored() {
        Follower follower = follower(4, "a", "b");

        follower.onDecidedEntries(new DecidedEntries(round(4), 1, entries("b")));

        assertThat(log.decidedIndex()).isZero();
    }

    @Test
    void aConflictWithinTheSenderRoundStopsTheNode() {
        Follower follower = follower(2, "a", "b");

        assertThatThrownBy(() -> follower.onDecidedEntries(new DecidedEntries(round(2), 0, entries("a", "c"))))
                .isInstanceOf(InvariantViolation.class);
    }

    /** A Prepare that took long tells of a log that the leader has left far behind. */
    @Test
    void aLeaderThatNeedsNoCatchUpAnyMoreSaysSo() {
        scene.elect(3);
        proposeWithout(1, 3, 10);
        settleWithCatchUps(40);
        Ballot ballot = scene.node(3).status().promise();
        scene.arrive(new Scene.Flight(1, 3, new DecidedEntries(ballot, 0, List.of())));

        assertThat(scene.wire()).filteredOn(kind(Prepare.class)).hasSize(1);
        settleWithCatchUps(12);
        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.ACCEPT);
    }

    /** An AcceptSync from before a catch-up ends below what is decided now. */
    @Test
    void aLateSyncDoesNotCutWhatACatchUpDecided() {
        Follower follower = follower(4, "a");
        AcceptSync late = new AcceptSync(round(4), new Message.Sequence(1, 1), 1, new Message.LogSync(1, entries("b")));

        follower.onDecidedEntries(new DecidedEntries(round(4), 0, entries("a", "b", "c")));
        follower.onAcceptSync(1, late);

        assertThat(log.acceptedIndex()).isEqualTo(3);
        assertThat(follower.phase()).isEqualTo(Phase.PREPARE);
    }

    @Test
    void aFollowerSynchronisedInThisRoundNeverAsksItsLeaderToCatchUp() {
        Follower follower = follower(2, "a", "b", "c", "d", "e", "f");
        log.raiseDecided(6);
        log.forget(6, 1);
        outbox.take(0, List.of(), 0, List.of());

        follower.onPrepare(new Prepare(round(2), Ballot.none(1), 0, 0));

        Output output = outbox.take(0, List.of(), 0, List.of());
        assertThat(output.catchUps()).isEmpty();
        assertThat(output.afterDurable()).extracting(Output.Outgoing::message).hasOnlyElementsOfType(Promise.class);
    }

    private final Members members =
            new Members(new NodeId(1), Configuration.ofMajorities(1, List.of(new NodeId(1), new NodeId(2))));
    private final Standing standing =
            Standing.founding(Configuration.ofMajorities(1, List.of(new NodeId(1), new NodeId(2))));
    private final Outbox outbox = new Outbox();
    private Acceptor acceptor = new Acceptor(standing, DurableState.empty(1));
    private ReplicatedLog log = acceptor.log();

    /** In the prepare phase of round {@code promised}, with a log of round 2 of which nothing is known to be decided. */
    private Follower follower(long promised, String... texts) {
        acceptor =
                new Acceptor(standing, new DurableState(standing, round(promised), round(2), 0, 0, 0, entries(texts)));
        outbox.serve(members);
        log = acceptor.log();
        Shared shared = new Shared(members, Quorum.majority(2), SMALL, acceptor, outbox, new Proposals(10, outbox));
        Follower follower = new Follower(shared);
        follower.onPrepare(new Prepare(round(promised), round(3), 9, 9));
        return follower;
    }

    private static Ballot round(long number) {
        return new Ballot(1, number, 0, 2);
    }

    private static List<Entry> entries(String... texts) {
        List<Entry> entries = new ArrayList<>();
        for (String text : texts) {
            entries.add(entry(text));
        }
        return entries;
    }

    private List<Entry> proposeWithout(long absent, long leader, int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = "entry" + i;
            scene.propose(leader, i, text);
            scene.deliver(touching(absent).negate());
            scene.drop(touching(absent));
            entries.add(entry(text));
        }
        return entries;
    }

    /** Ticks, with hosts that do what catch-ups ask of them. */
    private void settleWithCatchUps(int ticks) {
        for (int i = 0; i < ticks; i++) {
            scene.ticks(1);
            for (long node = 1; node <= 3; node++) {
                Scene.Actor host = scene.node(node);
                for (Output.CatchUp catchUp : List.copyOf(host.catchUps)) {
                    scene.arrive(new Scene.Flight(node, catchUp.to().value(), host.disk.read(catchUp)));
                }
                host.catchUps.clear();
            }
        }
        scene.deliverAll();
    }
}
