package io.omnisql.node;

import io.omnisql.node.membership.IdentityFile;
import io.omnisql.node.membership.Member;
import io.omnisql.node.membership.NodeIdentity;
import io.omnisql.node.membership.NodeIdentity.Belonging;
import io.omnisql.node.membership.ReaderId;
import io.omnisql.node.membership.Roster;
import io.omnisql.node.replica.DurableLog;
import io.omnisql.node.wal.WalSettings;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.LogWrite;
import io.omnisql.omnipaxos.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one node that is left of a cluster without a quorum a new cluster of one member. Offline, and only by somebody who types the
 * cluster's uid: what the lost members had decided without this one is lost.
 *
 * <p>The new cluster has another uid, drawn at random and durable first: should one of the lost members come back, nobody of the new
 * cluster talks with it. All that this node accepted is kept, for it may have been acknowledged to clients.
 */
final class QuorumLossRecovery {
    /** The first word on the command line. */
    static final String COMMAND = "recover-from-quorum-loss";

    /** Far from whatever the lost members may have gone on to. */
    private static final long CONFIGURATIONS_SKIPPED = 1_000;

    private static final long FIRST_CONFIGURATION_ID = 1;
    private static final long TOKEN = 1;
    private static final int DISK_SECONDS_MAX = 60;

    private final ClusterSettings settings;
    private final Path folder;

    QuorumLossRecovery(ClusterSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /**
     * What came of it.
     *
     * @param clusterUid of the new cluster
     * @param provableIndex entries below were decided for sure
     * @param keptIndex entries below were accepted here and are decided now
     */
    record Outcome(UUID clusterUid, long provableIndex, long keptIndex, Roster configuration) {
        String told() {
            return "This node is a cluster of its own now: uid=" + clusterUid + " member="
                    + configuration.members().getFirst().memberId() + " configuration=" + configuration.id()
                    + "\nSurely decided are the entries below " + provableIndex + "; those below " + keptIndex
                    + " were accepted here and are kept. What the lost members decided beyond is lost."
                    + "\nEmpty the folders of the others before they start again, and let them join.";
        }
    }

    /**
     * The node must not run.
     *
     * @param typedUid the cluster's uid, as a sign that its owner means this cluster
     * @throws IllegalArgumentException when it is another cluster's
     * @throws IOException when the disk fails, the node runs, or it never belonged to a cluster
     */
    Outcome recover(@Nullable String typedUid) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is not there");
        }
        IdentityFile file = IdentityFile.open(folder, settings.founding().orElse(null));
        NodeIdentity identity = file.get();
        if (!identity.belongs()) {
            throw new IOException("this node belongs to no cluster");
        }
        if (!String.valueOf(identity.clusterUid()).equals(typedUid)) {
            throw new IllegalArgumentException("'" + typedUid + "' is not the uid of this node's cluster, "
                    + identity.clusterUid() + ": nothing was changed");
        }
        return recover(file, found -> order(identity.belonging().clusterUid(), found.id()));
    }

    /** To be written down before it is carried out while the process lives on. */
    static RecoveryOrder order(UUID clusterUid, long configurationId) {
        return new RecoveryOrder(clusterUid, UUID.randomUUID(), configurationId + CONFIGURATIONS_SKIPPED);
    }

    /** Goes the way of the order from wherever an earlier attempt ended; nothing when it had come to its end. The node must not run. */
    Optional<Outcome> carryOut(IdentityFile file, RecoveryOrder order) throws IOException {
        UUID clusterUid = file.get().belonging().clusterUid();
        if (!clusterUid.equals(order.clusterUid()) && !clusterUid.equals(order.nextClusterUid())) {
            throw new IOException("the order to recover is of cluster " + order.clusterUid()
                    + ", but this node belongs to " + clusterUid + ": nothing was changed");
        }
        if (file.get().lastConfigurationId() >= order.nextConfigurationId()) {
            return Optional.empty();
        }
        return Optional.of(recover(file, ignored -> order));
    }

    private Outcome recover(IdentityFile file, Function<Configuration, RecoveryOrder> orders) throws IOException {
        var disk = new Disk();
        try (WriteAheadLog log =
                WriteAheadLog.open(folder.resolve("log"), FIRST_CONFIGURATION_ID, WalSettings.defaults(), disk)) {
            DurableState found = log.recovered();
            Standing before = found.standing();
            if (before == null) {
                throw new IOException("the log is empty: nothing is there to be recovered");
            }
            Belonging identity = file.get().belonging();
            if (ReaderId.is(identity.self().value())) {
                throw new IOException(
                        "this node is a read replica, which never votes: a member that is left can go on");
            }
            RecoveryOrder order = orders.apply(before.configuration());
            Roster next = alone(identity, settings.roster(before.configuration(), identity), order);
            file.becomeOtherCluster(order.nextClusterUid());
            if (before.configuration().id() < next.id()) { // Else an earlier attempt came so far.
                log.append(TOKEN, writes(found, next.configuration()));
                disk.await();
            }
            file.configured(next.id());
            return new Outcome(order.nextClusterUid(), found.decidedIndex(), found.acceptedIndex(), next);
        }
    }

    private Roster alone(Belonging identity, Roster before, RecoveryOrder order) {
        long self = identity.self().value();
        var member = new Member(self, identity.incarnation(), settings.address(), 0);
        long nextMemberId = Math.max(before.nextMemberId(), self + 1);
        return new Roster(order.nextConfigurationId(), nextMemberId, List.of(member), 1, 1);
    }

    private static List<LogWrite> writes(DurableState found, Configuration next) {
        Ballot none = Ballot.none(next.id());
        List<LogWrite> writes = new ArrayList<>();
        writes.add(new LogWrite.SetStanding(new Standing(next, found.acceptedIndex(), next.id(), none)));
        writes.add(new LogWrite.SetPromise(none));
        writes.add(new LogWrite.SetAcceptedRound(none));
        writes.add(new LogWrite.SetDecidedIndex(found.acceptedIndex()));
        return writes;
    }

    /** Tells when the batch is durable. */
    private static final class Disk implements DurableLog.Listener {
        private final CompletableFuture<Long> written = new CompletableFuture<>();

        @Override
        public void durable(long token) {
            written.complete(token);
        }

        @Override
        public void failed(IOException cause) {
            written.completeExceptionally(cause);
        }

        void await() throws IOException {
            try {
                var _ = written.get(DISK_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("The log could not be written: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            }
        }
    }
}
