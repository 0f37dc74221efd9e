package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.omnisql.omnipaxos.Standing;
import io.omnisql.omnipaxos.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Adds learners, proposes other configurations and destroys disks, at times drawn by lot. It never destroys more than the group
 * can bear: an operator would not either.
 */
final class MembershipInjector {
    private static final int NODES_MAX = 8;
    private static final int REPLICAS_MAX = 5;

    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final List<Configuration> proposed = new ArrayList<>();
    /** Their disks are gone, and with them what they had promised: they are no replicas any more, whatever a configuration says. */
    private final TreeSet<NodeId> lost = new TreeSet<>();

    private long lastId;

    MembershipInjector(SimulatedCluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
        this.lastId = 1_000; // Above all of the first configuration: an id is never used again.
    }

    int losses() {
        return lost.size();
    }

    boolean isLost(NodeId node) {
        return lost.contains(node);
    }

    /** A new node, a new configuration, or both, the new node mostly as a replica of the new configuration some time. */
    void change() {
        if (random.nextInt(3) == 0 && cluster.replicas().size() < NODES_MAX) {
            lastId++;
            join(new NodeId(lastId));
        } else {
            propose();
        }
    }

    private void join(NodeId node) {
        SimulatedReplica informant = cluster.anyUp(random);
        Status status = informant == null ? null : informant.status();
        if (status != null) {
            cluster.add(node, Standing.joining(node, status.configuration()));
        }
    }

    private void propose() {
        SimulatedReplica replica = cluster.anyUp(random);
        Status status = replica == null ? null : replica.status();
        if (replica == null || status == null) {
            return;
        }
        Configuration next = next(status.configuration());
        if (next != null) {
            proposed.add(next);
            cluster.clients().reconfigure(replica, next);
        }
    }

    /** Any non-empty set of nodes that have not lost their disks, most often one that differs a little. */
    private @Nullable Configuration next(Configuration before) {
        TreeSet<NodeId> replicas = new TreeSet<>(before.replicas());
        replicas.removeAll(lost);
        List<NodeId> all = cluster.replicas().stream()
                .map(SimulatedReplica::id)
                .filter(each -> !lost.contains(each))
                .toList();
        int flips = random.nextInt(4) == 0 ? all.size() : 1 + random.nextInt(2);
        for (int i = 0; i < flips && !all.isEmpty(); i++) {
            NodeId node = all.get(random.nextInt(all.size()));
            if (!replicas.remove(node)) {
                replicas.add(node);
            }
        }
        while (replicas.size() > REPLICAS_MAX) {
            replicas.pollFirst();
        }
        return replicas.isEmpty()
                ? null
                : new Configuration(
                        before.id() + 1,
                        List.copyOf(replicas),
                        Scenario.quorum(replicas.size(), random),
                        "c" + random.nextInt(9));
    }

    /** Destroys the disk of any node if the group can bear it. Some replicas come back empty under their old id. */
    void destroyDisk() {
        List<SimulatedReplica> all = List.copyOf(cluster.replicas());
        SimulatedReplica victim = all.get(random.nextInt(all.size()));
        if (!canLose(victim.id())) {
            return;
        }
        lost.add(victim.id());
        cluster.destroy(victim.id());
        Configuration latest = cluster.checker().chain().latest();
        if (random.nextInt(2) == 0 && latest.replicas().contains(victim.id())) {
            cluster.add(victim.id(), Standing.joining(victim.id(), latest));
        }
    }

    private boolean canLose(NodeId victim) {
        Configuration latest = cluster.checker().chain().latest();
        long holders = latest.replicas().stream()
                .filter(each -> survives(each, victim) && hasBegun(each, latest))
                .count();
        return holders >= needed(latest.quorum())
                && proposed.stream()
                        .filter(each -> each.id() == latest.id() + 1)
                        .allMatch(each -> canLose(victim, each));
    }

    private boolean canLose(NodeId victim, Configuration configuration) {
        long left = configuration.replicas().stream()
                .filter(each -> survives(each, victim))
                .count();
        return left >= needed(configuration.quorum());
    }

    private boolean survives(NodeId node, NodeId victim) {
        return !node.equals(victim) && !lost.contains(node);
    }

    private boolean hasBegun(NodeId node, Configuration configuration) {
        Standing standing = cluster.replica(node).disk().durable().standing();
        return standing != null && standing.configuration().id() >= configuration.id();
    }

    private static int needed(Quorum quorum) {
        return Math.max(quorum.prepare(), quorum.accept());
    }
}
