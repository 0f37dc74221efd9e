package io.omnisql.node.admin;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The node's figures for monitoring, in the words of the glossary. */
@Singleton
public class NodeMetrics {
    private final MeterRegistry registry;

    @Inject
    NodeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Figures of a node that ran in this process before end: its counts begin anew, as after a restart. */
    void bind(NodeFacts facts) {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("omnisql."))
                .toList()
                .forEach(registry::remove);
        replica(facts.replica().loop());
        if (!facts.outside().isReader()) { // A reader knows no quorum: that is no alarm.
            status(
                    facts.replica().loop(),
                    "omnisql.happy",
                    "1 when a quorum is connected that agrees on a leader",
                    status -> number(status.happy()));
        }
        bindPeers(facts);
        gauge(
                "omnisql.applied.index",
                "Entries executed in this node's PostgreSQL",
                facts.replica().appliedIndex()::get);
        gauge(
                "omnisql.divergences",
                "Peers whose results differ from this node's: an alarm",
                () -> facts.divergence().divergences().size());
        gauge(
                "omnisql.compared.slots",
                "Until which slot results were compared with a peer's",
                facts.divergence()::comparedSlots);
        gauge(
                "omnisql.writes.waiting",
                "Writes of this node's clients that wait for their result",
                facts.pendingWrites()::size);
        gauge("omnisql.reads.waiting", "Reads that wait for their turn", facts.gateway()::readsWaiting);
        FunctionCounter.builder("omnisql.freshness.rounds", facts.gateway(), Gateway::freshnessRounds)
                .description("Read indexes asked for so that local reads know how stale they are")
                .register(registry);
        gauge("omnisql.sql.connections", "SQL clients that are connected", facts.outside()::sqlConnections);
        gauge(
                "omnisql.reader",
                "1 when this node is a read replica",
                () -> number(facts.outside().isReader()));
        gauge(
                "omnisql.lag.entries",
                "Decided entries, as far as known here or told by members, that are not executed here",
                facts.outside()::lagEntries);
        edge(facts.outside());
        facts.gateway().setListener(new RequestMetrics(registry));
        facts.log().setListener(new LogMetrics(registry));
    }

    /** Figures of members that are gone end; those of new ones begin. */
    void bindPeers(NodeFacts facts) {
        List<NodeId> peers = facts.peers().get();
        List<String> names = peers.stream().map(NodeId::toString).toList();
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("omnisql.peer."))
                .filter(meter ->
                        !names.contains(Objects.requireNonNullElse(meter.getId().getTag("peer"), "")))
                .toList()
                .forEach(registry::remove);
        peers.forEach(peer -> peer(facts.replica().loop(), peer));
        new PeerMetrics(registry, facts.traffic()).bind(peers);
    }

    private void edge(NodeFacts.Outside outside) {
        Gauge.builder(
                        "omnisql.slow",
                        () -> outside.slowCommand().map(NodeFacts.Slow::seconds).orElse(0L))
                .baseUnit("seconds")
                .description("For how long one write has been executing; 0 when that is less than a second")
                .register(registry);
        gauge(
                "omnisql.postgres.ready",
                "1 when PostgreSQL takes sessions and answers",
                () -> number(outside.isPostgresReady()));
        gauge(
                "omnisql.applier.running",
                "0 when the applier waits for PostgreSQL: an alarm when it lasts",
                () -> number(outside.applierState() == NodeFacts.ApplierState.RUNNING));
        gauge(
                "omnisql.durable.applied.index",
                "Applied entries whose effect survives power loss",
                outside::durableAppliedIndex);
        gauge(
                "omnisql.database.bytes",
                "What the replicated database takes on this node's disk",
                outside::databaseBytes);
        gauge(
                "omnisql.postgres.sessions",
                "Sessions of PostgreSQL, clients' and the node's own",
                outside::postgresSessions);
        gauge(
                "omnisql.log.segments",
                "Files of the log",
                () -> outside.logDiskUse().segments());
        gauge(
                "omnisql.log.disk.bytes",
                "What the files of the log take",
                () -> outside.logDiskUse().bytes());
        gauge(
                "omnisql.log.retained.bytes",
                "About what the kept entries take in the files of the log",
                () -> outside.logRetained().bytes());
        snapshots(outside);
    }

    private void snapshots(NodeFacts.Outside outside) {
        gauge(
                "omnisql.snapshot.taking",
                "1 while a snapshot is taken here",
                () -> number(outside.snapshots().isTaking()));
        gauge(
                "omnisql.snapshot.served.bytes",
                "What the snapshot for peers takes on this disk",
                () -> outside.snapshots().servedBytes());
        gauge(
                "omnisql.snapshot.fetching",
                "1 while this node waits for a snapshot, because the log cannot help it any more",
                () -> number(outside.snapshots().isFetching()));
        gauge(
                "omnisql.snapshot.fetched.bytes",
                "What of it has arrived",
                () -> outside.snapshots().fetchedBytes());
    }

    private void replica(ReplicaLoop loop) {
        status(loop, "omnisql.leader", "1 when this node leads", status -> number(status.isLeading()));
        status(loop, "omnisql.accepted.index", "Entries held", Status::acceptedIndex);
        status(loop, "omnisql.compacted.index", "Entries trimmed from the log", Status::compactedIndex);
        status(loop, "omnisql.decided.index", "Entries chosen for ever, as far as known", Status::decidedIndex);
        status(
                loop,
                "omnisql.ballot.number",
                "Number of the greatest ballot promised",
                status -> status.promise().number());
        gauge("omnisql.mailbox.letters", "Letters that wait for the protocol's next step", loop::mailboxSize);
        FunctionCounter.builder("omnisql.mailbox.refused", loop, ReplicaLoop::refusedLetters)
                .description("Letters refused because the mailbox was full")
                .register(registry);
    }

    private void status(ReplicaLoop loop, String name, String description, ToDoubleFunction<Status> value) {
        gauge(name, description, () -> {
            Status status = loop.status();
            return status == null ? Double.NaN : value.applyAsDouble(status);
        });
    }

    private void peer(ReplicaLoop loop, NodeId peer) {
        Gauge.builder("omnisql.peer.connected", () -> peerValue(loop, peer, seen -> number(seen.connected())))
                .description("1 when the peer answered the last heartbeat")
                .tag("peer", peer.toString())
                .register(registry);
        Gauge.builder("omnisql.peer.accepted.index", () -> peerValue(loop, peer, NodeMetrics::acceptedIndex))
                .description("Entries that the peer holds; only known at the leader")
                .tag("peer", peer.toString())
                .register(registry);
    }

    private static double acceptedIndex(Status.Peer peer) {
        return peer.acceptedIndex() < 0 ? Double.NaN : peer.acceptedIndex();
    }

    private static double peerValue(ReplicaLoop loop, NodeId peer, ToDoubleFunction<Status.Peer> value) {
        Status status = loop.status();
        if (status == null) {
            return Double.NaN;
        }
        return status.peers().stream()
                .filter(seen -> seen.node().equals(peer))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static int number(boolean yes) {
        return yes ? 1 : 0;
    }
}
