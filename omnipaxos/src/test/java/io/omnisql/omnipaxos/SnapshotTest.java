package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static io.omnisql.omnipaxos.Scene.touching;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Trimmed logs, and those that need a state because of it. */
class SnapshotTest {
    private final Scene scene = Scene.of(1, 2, 3);

    @Test
    void onlyWhatIsDecidedToldAndDurableIsTrimmed() {
        scene.elect(3);
        decide(3, 5);
        scene.node(3).isDiskHeld = true;
        decide(3, 2);

        long refused = scene.node(3).core.trim(7);
        scene.node(3).sync();
        scene.node(3).settle();
        long trimmed = scene.node(3).core.trim(100);

        assertThat(refused).isEqualTo(5);
        assertThat(trimmed).isEqualTo(7);
        assertThat(scene.node(3).status().compactedIndex()).isEqualTo(7);
    }

    @Test
    void aTrimmedLogIsRecoveredAndGoesOn() {
        scene.elect(3);
        decide(3, 5);
        trim(1, 4);

        scene.node(1).crash();
        scene.node(1).restart();
        scene.ticks(2);
        decide(3, 1);
        scene.ticks(11);

        assertThat(scene.node(1).log()).containsExactly(entry("e4"), entry("e0"));
        assertThat(scene.node(1).status().compactedIndex()).isEqualTo(4);
    }

    @Test
    void aFollowerBelowTheTrimmedPrefixInstallsAStateAndIsSynchronisedFromThere() {
        scene.elect(3);
        decideWithout(1, 3, 6);
        trim(3, 5);
        scene.ticks(12);

        assertThat(scene.node(1).snapshotsRequired)
                .isNotEmpty()
                .containsOnly(new Output.SnapshotRequired(new NodeId(3), 5));
        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.PREPARE);

        scene.node(1).install(mark(3, 5));
        scene.deliverAll();

        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.ACCEPT);
        assertThat(scene.node(1).decided).containsExactly(entry("e5"));
        assertThat(scene.node(1).log()).containsExactly(entry("e5"));
    }

    /** Its promise had brought what it trimmed since; the leader has all of it and would wait for the next promise for ever. */
    @Test
    void aFollowerThatTrimmedAfterItsPromiseIsAskedAnewWhenItsSyncWasLost() {
        scene.elect(3);
        decideWithout(1, 3, 6);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliver(kind(Message.Prepare.class).or(kind(Message.Promise.class)));
        scene.drop(kind(Message.AcceptSync.class).and(sentTo(3)));
        scene.deliverAll();
        trim(3, 5);

        scene.ticks(12);

        assertThat(scene.node(1).status().isLeading()).isTrue();
        assertThat(scene.node(3).status().phase()).isEqualTo(Phase.ACCEPT);
        assertThat(scene.node(3).status().acceptedRound())
                .isEqualTo(scene.node(1).status().promise());
    }

    @Test
    void aCandidateBelowTheTrimmedPrefixGivesWayToOneThatHasTheLog() {
        scene.elect(3);
        decideWithout(1, 3, 6);
        trim(2, 6);
        trim(3, 6);
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.deliverAll();

        assertThat(scene.node(1).status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(scene.node(1).snapshotsRequired).isNotEmpty();

        scene.ticks(4);
        assertThat(scene.node(2).status().isLeading() || scene.node(3).status().isLeading())
                .isTrue();
    }

    @Test
    void aLeaderWhoseHostInstalledMoreThanItDecidedLeadsNoMore() {
        scene.elect(3);
        decide(3, 2);

        scene.node(3).install(new SnapshotMark(9, configuration(), new Ballot(1, 9, 0, 2)));

        assertThat(scene.node(3).status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(scene.node(3).status().decidedIndex()).isEqualTo(9);
        assertThat(scene.node(3).status().acceptedIndex()).isEqualTo(9);
    }

    @Test
    void anOlderStateChangesNothing() {
        scene.elect(3);
        decide(3, 4);
        Status before = scene.node(1).status();

        scene.node(1).core.snapshotInstalled(mark(3, 4));
        scene.node(1).core.snapshotInstalled(mark(3, 2));

        assertThat(scene.node(1).status()).isEqualTo(before);
        assertThat(scene.node(1).core.hasOutput()).isFalse();
    }

    /** What a later round decided at its slot nobody here can tell. */
    @Test
    void aProposalBelowAnInstalledStateIsNotToldAsDecided() {
        scene.elect(3);
        scene.propose(1, 7, "mine");
        scene.deliver(kind(Message.ForwardedProposal.class).or(kind(Message.ForwardOutcome.class)));

        scene.node(1)
                .install(new SnapshotMark(
                        4, configuration(), scene.node(3).status().promise()));

        assertThat(scene.node(1).proposals).last().isEqualTo(new ProposalOutcome.Superseded(7));
    }

    /** Else it would tell the leader of an earlier round that entries are decided in whose slots that leader has others. */
    @Test
    void whoTakesAStateOverFollowsTheBallotThatItStemsFrom() {
        scene.elect(3);
        decide(3, 1);
        Ballot earlier = scene.node(3).status().promise();
        Ballot later = new Ballot(1, earlier.number() + 1, 0, 2);

        scene.node(1).install(new SnapshotMark(2, configuration(), later));
        scene.propose(3, 50, "of the earlier round");
        scene.deliver(sentTo(1));

        assertThat(scene.node(1).status().promise()).isEqualTo(later);
        assertThat(scene.node(1).status().phase()).isEqualTo(Phase.RECOVER);
        assertThat(scene.wire()).contains(new Scene.Flight(1, 3, new Message.NotAccepted(later)));
    }

    private SnapshotMark mark(long node, long index) {
        return Objects.requireNonNull(scene.node(node).core.mark(index));
    }

    private Configuration configuration() {
        return scene.node(1).status().configuration();
    }

    private void decide(long leader, int count) {
        for (int i = 0; i < count; i++) {
            scene.propose(leader, 100 + i, "e" + i);
        }
        scene.deliverAll();
        scene.ticks(1);
    }

    private void decideWithout(long absent, long leader, int count) {
        for (int i = 0; i < count; i++) {
            scene.propose(leader, i, "e" + i);
            scene.deliver(touching(absent).negate());
            scene.drop(touching(absent));
        }
    }

    private void trim(long node, long index) {
        scene.node(node).core.trim(index);
        scene.node(node).settle();
    }
}
