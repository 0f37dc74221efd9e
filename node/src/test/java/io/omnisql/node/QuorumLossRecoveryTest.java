package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.membership.ClusterUid;
import io.omnisql.node.membership.Founding;
import io.omnisql.node.membership.IdentityFile;
import io.omnisql.node.membership.Roster;
import io.omnisql.node.replica.DurableLog;
import io.omnisql.node.wal.WalSettings;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Member 2 of three is left, with three entries of which two are surely decided; the last is a stop sign of nobody's knowledge. */
class QuorumLossRecoveryTest {
    private static final UUID CLUSTER = ClusterUid.of("test");
    private static final Founding.Plan PLAN =
            new Founding.Plan(CLUSTER, 2, new TreeMap<>(Map.of(1L, "a:1", 2L, "b:1", 3L, "c:1")), null, null);
    private static final ClusterSettings SETTINGS =
            new ClusterSettings(Optional.of(PLAN), "b:1", new TreeMap<>(), List.of(), Optional.of("test"));
    private static final List<Entry> ENTRIES =
            List.of(command(1), command(2), new Entry.StopSign(next().configuration()));

    @TempDir
    Path folder;

    private static Entry.Command command(int number) {
        return new Entry.Command(new byte[] {(byte) number});
    }

    private static Roster next() {
        Roster first = PLAN.founding();
        return new Roster(2, 4, first.members(), 2, 2);
    }

    private WriteAheadLog open(DurableLog.Listener listener) throws IOException {
        return WriteAheadLog.open(folder.resolve("log"), 1, WalSettings.defaults(), listener);
    }

    private void write(List<LogWrite> writes) throws Exception {
        var done = new CountDownLatch(1);
        var listener = new DurableLog.Listener() {
            @Override
            public void durable(long token) {
                done.countDown();
            }

            @Override
            public void failed(IOException cause) {
                throw new AssertionError(cause);
            }
        };
        try (WriteAheadLog log = open(listener)) {
            log.append(1, writes);
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void makeSurvivor() throws Exception {
        Standing founding = Standing.founding(PLAN.founding().configuration());
        Ballot ballot = new Ballot(1, 4, 0, 3);
        write(List.of(
                new LogWrite.SetStanding(founding),
                new LogWrite.SetPromise(ballot),
                new LogWrite.SetAcceptedRound(ballot),
                new LogWrite.AppendEntries(0, ENTRIES),
                new LogWrite.SetDecidedIndex(2)));
        IdentityFile.open(folder, PLAN); // Older than identities: it is the member of the settings.
    }

    @Test
    void theSurvivorKeepsWhatItAcceptedAndGoesOnAlone() throws Exception {
        makeSurvivor();

        QuorumLossRecovery.Outcome outcome = new QuorumLossRecovery(SETTINGS, folder).recover(CLUSTER.toString());

        assertThat(outcome.provableIndex()).isEqualTo(2);
        assertThat(outcome.keptIndex()).isEqualTo(3);
        assertThat(outcome.configuration().id()).isEqualTo(1_001);
        assertThat(outcome.told())
                .contains("below 2;")
                .contains(outcome.clusterUid().toString());
        IdentityFile identity = IdentityFile.open(folder, PLAN);
        assertThat(identity.get().clusterUid()).isEqualTo(outcome.clusterUid()).isNotEqualTo(CLUSTER);
        try (WriteAheadLog log = open(new DurableLog.Listener() {
            @Override
            public void durable(long token) {}

            @Override
            public void failed(IOException cause) {
                throw new AssertionError(cause);
            }
        })) {
            var core = new OmniPaxos(
                    new NodeId(2),
                    Standing.founding(PLAN.founding().configuration()),
                    Settings.defaults(),
                    log.recovered());
            assertThat(leadsAlone(core)).isTrue();
            assertThat(core.propose(1, command(9))).isInstanceOf(ProposeResult.Accepted.class);
            assertThat(decided(core)).containsExactly(command(9));
            assertThat(core.status().decidedIndex()).isEqualTo(4);
        }
    }

    private static boolean leadsAlone(OmniPaxos core) {
        for (int tick = 0; tick < 100 && !core.status().isLeading(); tick++) {
            core.tick();
            step(core);
        }
        return core.status().isLeading();
    }

    private static Output step(OmniPaxos core) {
        Output output = core.takeOutput();
        if (output.token() > 0) {
            core.persisted(output.token());
        }
        return output;
    }

    private static List<Entry> decided(OmniPaxos core) {
        step(core);
        return step(core).decided();
    }

    @Test
    void anOrderIsCarriedOutFromWhereverACrashLeftIt() throws Exception {
        makeSurvivor();
        var recovery = new QuorumLossRecovery(SETTINGS, folder);
        RecoveryOrder order = QuorumLossRecovery.order(CLUSTER, 1);
        order.write(folder);
        IdentityFile halfway = IdentityFile.open(folder, PLAN);
        halfway.becomeOtherCluster(order.nextClusterUid()); // And there the process died.

        IdentityFile next = IdentityFile.open(folder, PLAN);
        QuorumLossRecovery.Outcome outcome = recovery.carryOut(
                        next, RecoveryOrder.read(folder).orElseThrow())
                .orElseThrow();

        assertThat(outcome.clusterUid()).isEqualTo(order.nextClusterUid());
        assertThat(outcome.keptIndex()).isEqualTo(3);
        assertThat(next.get().lastConfigurationId()).isEqualTo(1_001);
        assertThat(recovery.carryOut(next, order)).as("repeated").isEmpty();
        RecoveryOrder.delete(folder);
        assertThat(RecoveryOrder.read(folder)).isEmpty();
    }

    @Test
    void anOrderOfAnotherClusterChangesNothing() throws Exception {
        makeSurvivor();
        IdentityFile file = IdentityFile.open(folder, PLAN);
        RecoveryOrder order = QuorumLossRecovery.order(UUID.randomUUID(), 1);

        assertThatThrownBy(() -> new QuorumLossRecovery(SETTINGS, folder).carryOut(file, order))
                .hasMessageContaining("nothing was changed");

        assertThat(IdentityFile.open(folder, PLAN).get().clusterUid()).isEqualTo(CLUSTER);
    }

    @Test
    void withoutTheRightUidNothingIsChanged() throws Exception {
        makeSurvivor();
        var recovery = new QuorumLossRecovery(SETTINGS, folder);

        assertThatThrownBy(() -> recovery.recover(null)).hasMessageContaining("nothing was changed");
        assertThatThrownBy(() -> recovery.recover(UUID.randomUUID().toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the uid of this node's cluster, " + CLUSTER);

        assertThat(IdentityFile.open(folder, PLAN).get().clusterUid()).isEqualTo(CLUSTER);
    }

    @Test
    void aFolderThatBelongsToNobodyAndOneThatIsInUseAreRefused() throws Exception {
        var recovery = new QuorumLossRecovery(SETTINGS, folder);
        assertThatThrownBy(() -> recovery.recover(CLUSTER.toString())).hasMessageContaining("belongs to no cluster");

        makeSurvivorAnew();
        try (WriteAheadLog running = open(new DurableLog.Listener() {
            @Override
            public void durable(long token) {}

            @Override
            public void failed(IOException cause) {
                throw new AssertionError(cause);
            }
        })) {
            assertThat(running.recovered().acceptedIndex()).isEqualTo(3);
            assertThatThrownBy(() -> recovery.recover(CLUSTER.toString())).isInstanceOf(IOException.class);
            assertThat(IdentityFile.open(folder, PLAN).get().clusterUid()).isEqualTo(CLUSTER);
        }
    }

    private void makeSurvivorAnew() throws Exception {
        Files.delete(folder.resolve("identity.json"));
        makeSurvivor();
    }
}
