package io.omnisql.omnipaxos;

import static io.omnisql.omnipaxos.Scene.entry;
import static io.omnisql.omnipaxos.Scene.kind;
import static io.omnisql.omnipaxos.Scene.sentBy;
import static io.omnisql.omnipaxos.Scene.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message.AcceptDecide;
import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.Prepare;
import io.omnisql.omnipaxos.Message.Promise;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory runs ahead of the disk; nothing that is not durable is ever told. */
class DurabilityTest {
    private static final Ballot OLD = new Ballot(1, 1, 0, 1);
    private static final Ballot NEW = new Ballot(1, 2, 0, 2);

    private final Scene scene = Scene.of(1, 2, 3);

    @Test
    void entriesLeaveBeforeTheLeadersDiskHasThemButItsOwnVoteWaits() {
        scene.elect(3);
        scene.node(3).isDiskHeld = true;

        scene.propose(3, 1, "a");
        boolean hasLeft = scene.wire().stream().anyMatch(kind(AcceptDecide.class));
        scene.drop(sentTo(2));
        scene.deliverAll();
        long decidedWithOneFollower = scene.node(3).status().decidedIndex();
        scene.node(3).sync();

        assertThat(hasLeft).isTrue();
        assertThat(decidedWithOneFollower).isZero();
        assertThat(scene.node(3).status().decidedIndex()).isEqualTo(1);
    }

    @Test
    void aQuorumOfFollowersDecidesEvenWhenTheLeadersDiskIsSlow() {
        scene.elect(3);
        scene.node(3).isDiskHeld = true;

        scene.propose(3, 1, "a");
        scene.deliverAll();

        assertThat(scene.node(3).decided).containsExactly(entry("a"));
        assertThat(scene.node(3).log()).isEmpty();
    }

    @Test
    void aFollowerAcknowledgesWhenItsDiskHasTheEntry() {
        scene.elect(3);
        scene.node(1).isDiskHeld = true;
        scene.propose(3, 1, "a");

        scene.deliver(sentTo(1));
        boolean early = scene.wire().stream().anyMatch(kind(Accepted.class).and(sentBy(1)));
        scene.node(1).sync();

        assertThat(early).isFalse();
        assertThat(scene.wire()).anyMatch(kind(Accepted.class).and(sentBy(1)));
    }

    @Test
    void anAcknowledgementRepeatedForAProbeWaitsForTheDiskToo() {
        scene.elect(3);
        scene.node(1).isDiskHeld = true;
        scene.propose(3, 1, "a");
        scene.deliver(sentTo(1));

        scene.ticks(20);

        assertThat(scene.node(3).status().peers())
                .contains(new Status.Peer(new NodeId(1), true, 0), new Status.Peer(new NodeId(2), true, 1));
    }

    @Test
    void promisesAndPreparesWaitForTheDiskAlsoWhenRepeated() {
        scene.elect(3);
        scene.node(1).isDiskHeld = true;
        scene.node(1).core.tryBecomeLeader();
        scene.node(1).settle();
        scene.ticks(20);
        boolean prepared = scene.wire().stream().anyMatch(kind(Prepare.class).and(sentBy(1)));
        Status others = scene.node(2).status();
        scene.node(2).isDiskHeld = true;
        scene.node(1).sync();
        scene.deliver(sentTo(2));
        scene.ticks(20);

        assertThat(prepared).isFalse();
        assertThat(others.leader()).isEqualTo(new NodeId(3));
        assertThat(scene.node(2).status().leader()).isEqualTo(new NodeId(1));
        assertThat(scene.wire()).noneMatch(kind(Promise.class).and(sentBy(2)));
    }

    @Tag("reference-defect-4")
    @Test
    void aCrashLosesWhatWasNotDurableAndNothingThatWasTold() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();
        scene.node(1).isDiskHeld = true;
        scene.propose(3, 2, "b");
        scene.deliverAll();

        scene.node(1).crash();
        scene.node(1).restart();
        long recovered = scene.node(1).status().acceptedIndex();
        scene.ticks(20);

        assertThat(recovered).isEqualTo(1);
        assertThat(scene.node(1).log()).containsExactly(entry("a"), entry("b"));
    }

    /**
     * It owns the highest ballot, its Prepare never leaves, and the others wait for it. Only its host can tell that the disk hangs,
     * and notices when the next batch comes.
     */
    @Test
    void aCandidateWhoseDiskHangsGivesItsHostABatchInEveryResendPeriodAndItsEndFreesTheOthers() {
        scene.elect(1);
        scene.node(3).isDiskHeld = true;
        for (long node = 1; node <= 2; node++) {
            scene.node(node).crash();
            scene.ticks(6);
            scene.node(node).restart();
            scene.ticks(40);
        }

        int before = scene.node(3).unsynced.size();
        scene.ticks(10);
        int after = scene.node(3).unsynced.size();
        scene.node(3).crash();

        assertThat(after).isGreaterThan(before);
        assertThat(scene.elect()).isLessThan(3);
    }

    /** Its followers' votes are enough until they have to recover: then they wait for a Prepare that never leaves. */
    @Test
    void aLeaderWhoseDiskHangsGivesItsHostABatchInEveryResendPeriodAndItsEndFreesTheOthers() {
        scene.elect(1);
        scene.node(1).isDiskHeld = true;
        scene.propose(1, 1, "a");
        scene.deliverAll();
        for (long node = 2; node <= 3; node++) {
            scene.node(node).core.reconnected(new NodeId(1));
            scene.node(node).settle();
        }
        scene.ticks(40);

        int before = scene.node(1).unsynced.size();
        scene.ticks(10);
        int after = scene.node(1).unsynced.size();
        scene.node(1).crash();

        assertThat(after).isGreaterThan(before);
        assertThat(scene.elect()).isGreaterThan(1);
    }

    @Test
    void whatIsCutFromTheLogIsNoLongerCountedAsDurable() {
        Durability durability = new Durability(10, OLD);
        long first = durability.nextBatch(12, OLD);
        durability.cutAt(8);
        long second = durability.nextBatch(9, NEW);

        long before = durability.durableIndex();
        durability.persisted(first);
        long afterFirst = durability.durableIndex();
        durability.persisted(second);

        assertThat(before).isEqualTo(8);
        assertThat(afterFirst).isEqualTo(8);
        assertThat(durability.durableIndex()).isEqualTo(9);
        assertThat(durability.durableRound()).isEqualTo(NEW);
    }

    /** The decided index alone is worth no write of its own; it rides along, or goes at the resend timer. */
    @Test
    void anIdleReplicaWritesItsDecidedIndexAtTheLatestWithTheResendTimer() {
        scene.elect(3);
        scene.propose(3, 1, "a");
        scene.deliverAll();

        scene.ticks(10);

        assertThat(scene.node(1).disk.recover().decidedIndex()).isEqualTo(1);
        assertThat(scene.node(3).disk.recover().decidedIndex()).isEqualTo(1);
    }
}
