package io.omnisql.node.admin;

import io.omnisql.node.admin.NodeStatus.BallotStatus;
import io.omnisql.node.admin.NodeStatus.ConfigurationStatus;
import io.omnisql.node.admin.NodeStatus.DigestStatus;
import io.omnisql.node.admin.NodeStatus.DivergenceStatus;
import io.omnisql.node.admin.NodeStatus.LogStatus;
import io.omnisql.node.admin.NodeStatus.PeerStatus;
import io.omnisql.node.admin.NodeStatus.PostgresStatus;
import io.omnisql.node.admin.NodeStatus.SnapshotStatus;
import io.omnisql.node.admin.NodeStatus.VersionStatus;
import io.omnisql.node.admin.NodeStatus.WaitingStatus;
import io.omnisql.node.gateway.DivergenceMonitor.Divergence;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Puts a node's status together. */
final class StatusReport {
    private StatusReport() {}

    static NodeStatus of(NodeFacts facts, String version, long uptimeSeconds) {
        Status status = facts.replica().loop().status();
        // In this order, so that what is told as applied exceeds what is told as decided for a moment at most.
        long appliedIndex = facts.replica().appliedIndex().get();
        return new NodeStatus(
                facts.node().value(),
                facts.clusterId(),
                facts.location(),
                role(facts, status),
                status == null || status.leader() == null
                        ? null
                        : status.leader().value(),
                status == null ? "none" : status.phase().name().toLowerCase(Locale.ROOT),
                status == null ? 0 : status.acceptedIndex(),
                status == null ? 0 : status.decidedIndex(),
                appliedIndex,
                status == null ? 0 : status.roundStartIndex(),
                status != null && status.happy(),
                status == null ? null : ballot(status),
                status == null ? null : configuration(status.configuration()),
                status == null ? List.of() : peers(status),
                digest(facts),
                facts.divergence().divergences().stream()
                        .map(StatusReport::divergence)
                        .toList(),
                postgres(facts.outside()),
                new LogStatus(
                        status == null ? 0 : status.compactedIndex(),
                        facts.outside().logRetained().bytes(),
                        facts.outside().logDiskUse().bytes()),
                snapshot(facts.outside().snapshots()),
                waiting(facts),
                new VersionStatus(
                        version, Runtime.version().toString(), facts.outside().postgresVersion()),
                uptimeSeconds);
    }

    private static String role(NodeFacts facts, @Nullable Status status) {
        if (status == null) {
            return "starting";
        }
        if (status.role() == Status.Role.LEARNER) {
            return facts.outside().isReader() ? "reader" : "learner";
        }
        return status.isLeading() ? "leader" : "follower";
    }

    private static BallotStatus ballot(Status status) {
        var ballot = status.promise();
        return new BallotStatus(ballot.configurationId(), ballot.number(), ballot.priority(), ballot.node());
    }

    private static ConfigurationStatus configuration(Configuration configuration) {
        return new ConfigurationStatus(
                configuration.id(),
                configuration.replicas().stream().map(NodeId::value).toList(),
                configuration.quorum().prepare(),
                configuration.quorum().accept());
    }

    private static List<PeerStatus> peers(Status status) {
        return status.peers().stream()
                .map(peer -> peer.acceptedIndex() < 0
                        ? new PeerStatus(peer.node().value(), peer.connected(), null, null)
                        : new PeerStatus(
                                peer.node().value(),
                                peer.connected(),
                                peer.acceptedIndex(),
                                Math.max(0, status.acceptedIndex() - peer.acceptedIndex())))
                .toList();
    }

    private static DigestStatus digest(NodeFacts facts) {
        SortedMap<Long, Long> recent = facts.digests().recent();
        long comparedSlots = facts.divergence().comparedSlots();
        return recent.isEmpty()
                ? new DigestStatus(null, null, comparedSlots)
                : new DigestStatus(recent.lastKey(), hex(recent.lastEntry().getValue()), comparedSlots);
    }

    private static DivergenceStatus divergence(Divergence divergence) {
        return new DivergenceStatus(
                divergence.peer().value(),
                divergence.slot(),
                hex(divergence.ownDigest()),
                hex(divergence.peerDigest()));
    }

    private static String hex(long digest) {
        return String.format(Locale.ROOT, "%016x", digest);
    }

    private static SnapshotStatus snapshot(NodeFacts.SnapshotProgress progress) {
        return new SnapshotStatus(
                progress.isTaking(), progress.servedBytes(), progress.isFetching(), progress.fetchedBytes());
    }

    private static PostgresStatus postgres(NodeFacts.Outside outside) {
        Optional<NodeFacts.Slow> slow = outside.slowCommand();
        return new PostgresStatus(
                outside.isPostgresReady(),
                outside.applierState().name().toLowerCase(Locale.ROOT),
                outside.durableAppliedIndex(),
                slow.map(NodeFacts.Slow::slot).orElse(null),
                slow.map(NodeFacts.Slow::seconds).orElse(0L),
                outside.isSqlPortOpen(),
                outside.sqlConnections());
    }

    private static WaitingStatus waiting(NodeFacts facts) {
        return new WaitingStatus(
                facts.pendingWrites().size(),
                facts.gateway().readsWaiting(),
                facts.replica().loop().mailboxSize(),
                facts.replica().loop().refusedLetters());
    }
}
