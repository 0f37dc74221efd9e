package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import java.util.List;
import java.util.SplittableRandom;

/** Cuts and heals links, crashes and restarts nodes, and meddles with leadership, at times drawn by lot. */
final class FaultInjector {
    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final Faults faults;
    private final long diskDelayMax;
    private final long hangMax;
    private boolean isStopped;

    FaultInjector(SimulatedCluster cluster, SplittableRandom random, Scenario scenario) {
        this.cluster = cluster;
        this.random = random;
        this.faults = scenario.faults();
        this.diskDelayMax = scenario.diskDelayMax();
        this.hangMax = 5L * scenario.settings().electionTimeoutTicks() * Agenda.TICK;
    }

    void start() {
        repeat(faults.cutTicks(), this::changeNetwork);
        repeat(faults.crashTicks(), this::crashSome);
        repeat(faults.takeoverTicks(), this::meddle);
        repeat(faults.trimTicks(), this::trim);
        repeat(faults.changeTicks(), cluster.membership()::change);
        repeat(faults.lossTicks(), cluster.membership()::destroyDisk);
        repeat(faults.hangTicks(), this::hang);
    }

    void stop() {
        isStopped = true;
    }

    private void repeat(int meanTicks, Runnable action) {
        if (meanTicks > 0) {
            cluster.agenda().after(drawTicks(meanTicks), () -> {
                if (!isStopped) {
                    action.run();
                    repeat(meanTicks, action);
                }
            });
        }
    }

    private long drawTicks(int mean) {
        return 1 + random.nextLong(2L * mean * Agenda.TICK);
    }

    private void changeNetwork() {
        switch (random.nextInt(8)) {
            case 0 -> cut(any(), any());
            case 1 -> {
                NodeId one = any();
                NodeId other = any();
                cut(one, other);
                cut(other, one);
            }
            case 2 -> isolate(any());
            case 3 -> halve();
            case 4 -> keepOnlyLinksOf(any());
            case 5 -> keepOnlyNeighbours();
            default -> cluster.healLinks();
        }
    }

    private List<NodeId> nodes() {
        return cluster.replicas().stream().map(SimulatedReplica::id).toList();
    }

    private NodeId any() {
        List<NodeId> nodes = nodes();
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void cut(NodeId from, NodeId to) {
        if (!from.equals(to)) {
            cluster.cut(from, to);
        }
    }

    private void isolate(NodeId node) {
        for (NodeId other : nodes()) {
            cut(node, other);
            cut(other, node);
        }
    }

    private void halve() {
        int mask = random.nextInt(1 << nodes().size());
        cutWhere((one, other) -> (mask >> one & 1) != (mask >> other & 1));
    }

    /** A hub that alone hears everybody: quorum loss, or a constrained election. */
    private void keepOnlyLinksOf(NodeId hub) {
        int place = nodes().indexOf(hub);
        cutWhere((one, other) -> one != place && other != place);
    }

    /** A chain, in an order that is not always that of the ids. */
    private void keepOnlyNeighbours() {
        int stride = 1 + random.nextInt(2);
        int count = nodes().size();
        cutWhere((one, other) -> Math.abs(one * stride % count - other * stride % count) != 1);
    }

    private interface Pairs {
        boolean test(int one, int other);
    }

    private void cutWhere(Pairs pairs) {
        List<NodeId> nodes = nodes();
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = 0; j < nodes.size(); j++) {
                if (i != j && pairs.test(i, j)) {
                    cut(nodes.get(i), nodes.get(j));
                }
            }
        }
    }

    private void crashSome() {
        if (random.nextInt(5) == 0) {
            nodes().forEach(this::crash);
        } else {
            crash(any());
        }
    }

    private void crash(NodeId victim) {
        if (!isStopped && cluster.isUp(victim)) {
            cluster.crash(victim);
            restartLater(victim);
        }
    }

    /** The host waits for a while and then ends the process, also in times of peace: without that nobody might lead for ever. */
    private void hang() {
        SimulatedReplica replica = cluster.replica(any());
        int start = replica.starts();
        if (!replica.isUp()) {
            return;
        }
        replica.disk().hang();
        cluster.agenda().after(hangMax, () -> {
            if (replica.starts() == start
                    && cluster.isUp(replica.id())
                    && replica.disk().hangs()) {
                cluster.crash(replica.id());
                cluster.agenda().after(drawTicks(5), () -> {
                    if (cluster.isDown(replica.id())) {
                        cluster.restart(replica.id());
                    }
                });
            }
        });
    }

    /** The worst moment for a crash is while a batch is on its way to the disk; so it is the likeliest, too. */
    void onWriting(NodeId node) {
        if (faults.crashTicks() > 0 && random.nextInt(10 * faults.crashTicks()) == 0) {
            boolean isPowerLoss = random.nextInt(3) == 0;
            long delay = random.nextLong(random.nextBoolean() ? 1 + diskDelayMax : 4 * Agenda.TICK);
            cluster.agenda().after(delay, () -> (isPowerLoss ? nodes() : List.of(node)).forEach(this::crash));
        }
    }

    /** Mostly soon, and sometimes only to crash again at once. */
    private void restartLater(NodeId victim) {
        cluster.agenda().after(drawTicks(random.nextInt(3) == 0 ? 60 : 5), () -> {
            if (isStopped || !cluster.isDown(victim)) {
                return;
            }
            cluster.restart(victim);
            if (random.nextInt(4) == 0) {
                cluster.crash(victim);
                restartLater(victim);
            }
        });
    }

    /** Mostly of what its own state covers, and sometimes of more: that is refused. */
    private void trim() {
        SimulatedReplica replica = cluster.replica(any());
        long covered = replica.disk().durable().decidedIndex();
        long index = random.nextInt(3) == 0 ? covered + random.nextInt(30) : random.nextLong(covered + 1);
        replica.input(core -> {
            long compacted = core.trim(index);
            SafetyChecker.check(
                    compacted <= replica.appliedIndex(), "A3 node %s gives up entries it has not told", replica.id());
        });
        cluster.afterInput(replica);
    }

    private void meddle() {
        SimulatedReplica replica = cluster.replica(any());
        switch (random.nextInt(3)) {
            case 0 -> {
                int priority = random.nextInt(3);
                replica.input(core -> core.setPriority(priority));
            }
            case 1 -> {
                NodeId to = random.nextBoolean() ? null : any();
                replica.input(core -> core.transferLeadership(to));
            }
            default -> replica.input(OmniPaxos::tryBecomeLeader);
        }
        cluster.afterInput(replica);
    }
}
