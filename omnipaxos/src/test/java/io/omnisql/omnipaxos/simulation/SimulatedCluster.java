package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.Outgoing;
import io.omnisql.omnipaxos.Standing;
import io.omnisql.omnipaxos.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Replicas, their disks, the network between them and their clients, in one thread and in virtual time. Equal scenarios give
 * equal runs, to the last message.
 */
final class SimulatedCluster implements SimulatedReplica.World {
    private final Scenario scenario;
    private final Mutation mutation;
    private final SplittableRandom random;
    private final Agenda agenda = new Agenda();
    private final Trace trace = new Trace(agenda);
    private final Map<NodeId, SimulatedReplica> replicas = new TreeMap<>();
    private final Map<NodeId, Long> diskFreeAt = new TreeMap<>();
    private final TreeSet<NodeId> installing = new TreeSet<>();
    private int installs;
    private final SimulatedNetwork network;
    private final SafetyChecker checker;
    private final SimulatedClients clients;
    private final FaultInjector injector;
    private final MembershipInjector membership;

    SimulatedCluster(Scenario scenario, Mutation mutation) {
        this.scenario = scenario;
        this.mutation = mutation;
        this.random = new SplittableRandom(scenario.seed());
        this.network = new SimulatedNetwork(agenda, random.split(), scenario, this::deliver);
        this.checker = new SafetyChecker(scenario.configuration(), mutation.isJudgedByOutcomes());
        for (NodeId id : scenario.configuration().replicas()) {
            create(id, Standing.founding(scenario.configuration()));
        }
        this.membership = new MembershipInjector(this, random.split());
        this.clients = new SimulatedClients(this, random.split(), scenario.clients());
        this.injector = new FaultInjector(this, random.split(), scenario);
    }

    private SimulatedReplica create(NodeId id, Standing first) {
        SimulatedReplica replica = new SimulatedReplica(id, first, scenario.settings(), this);
        replicas.put(id, replica);
        checker.watch(replica);
        return replica;
    }

    /** Starts all nodes, with clocks that go differently. */
    void boot() {
        replicas.values().forEach(this::bootAnyTime);
    }

    private void bootAnyTime(SimulatedReplica replica) {
        double skew = 1 + scenario.skew() * (2 * random.nextDouble() - 1);
        boot(replica, random.nextLong(Agenda.TICK), Math.round(Agenda.TICK * skew));
    }

    /** A node with an empty disk comes to the group. */
    void add(NodeId id, Standing first) {
        trace.add("%s joins as %s", id, first);
        bootAnyTime(create(id, first));
        for (NodeId other : replicas.keySet()) {
            if (!other.equals(id)) {
                noticeLater(id, other);
                noticeLater(other, id);
            }
        }
    }

    /** A node is gone, and its disk with it. */
    void destroy(NodeId id) {
        trace.add("%s is destroyed", id);
        SimulatedReplica replica = replica(id);
        if (replica.isUp()) {
            crash(id);
        }
        replicas.remove(id);
    }

    /** Starts all nodes, with clocks that go right, the first tick of each this long after that of the node before. */
    void bootStaggered(long distance) {
        long firstTick = 0;
        for (SimulatedReplica replica : replicas.values()) {
            boot(replica, firstTick, Agenda.TICK);
            firstTick += distance;
        }
    }

    private void boot(SimulatedReplica replica, long firstTick, long period) {
        agenda.after(firstTick, () -> tick(replica, period));
        replica.start(0);
        afterInput(replica);
    }

    void startClients() {
        clients.start();
    }

    void startFaults() {
        injector.start();
    }

    void runTicks(long ticks) {
        agenda.runUntil(agenda.now() + ticks * Agenda.TICK);
    }

    /** No more faults and no more proposals: links open, all nodes up. */
    void heal() {
        injector.stop();
        clients.stop();
        network.setFaults(Faults.NONE);
        healLinks();
        for (SimulatedReplica replica : replicas.values()) {
            if (!replica.isUp()) {
                restart(replica.id());
            }
        }
        trace.add("healed");
    }

    private void tick(SimulatedReplica replica, long period) {
        if (replicas.get(replica.id()) != replica) {
            return; // It was destroyed.
        }
        replica.input(OmniPaxos::tick);
        afterInput(replica);
        agenda.after(period, () -> tick(replica, period));
    }

    private void deliver(NodeId from, NodeId to, Message original) {
        SimulatedReplica replica = replicas.get(to);
        Message message = mutation.delivered(from, to, original);
        if (message != null && replica != null && replica.isUp()) {
            trace.add("%s → %s %s", from, to, message);
            replica.input(core -> core.receive(from, message));
            afterInput(replica);
        }
    }

    /** The host acts on an input at once or, if it is lazy, some time later together with others. */
    void afterInput(SimulatedReplica replica) {
        if (scenario.isHostLazy() && random.nextBoolean()) {
            agenda.after(1 + random.nextLong(2 * Agenda.TICK), replica::handleOutput);
        } else {
            replica.handleOutput();
        }
    }

    @Override
    public void send(NodeId from, Outgoing outgoing) {
        Message answer = mutation.forgedAnswer(outgoing.to(), outgoing.message());
        if (answer != null) {
            agenda.after(1, () -> deliver(outgoing.to(), from, answer));
        } else {
            network.send(from, outgoing.to(), outgoing.message());
        }
    }

    @Override
    public void writing(SimulatedReplica replica) {
        long free = diskFreeAt.getOrDefault(replica.id(), 0L);
        boolean isGrouped = random.nextInt(3) == 0;
        long done = Math.max(free, agenda.now() + (isGrouped ? 0 : 1 + random.nextLong(scenario.diskDelayMax())));
        diskFreeAt.put(replica.id(), done);
        int start = replica.starts();
        agenda.at(done, () -> {
            if (replica.starts() == start) {
                replica.diskDone();
            }
        });
        injector.onWriting(replica.id());
    }

    /** Reads the decided entries from disk and sends them; now and then fewer than were asked for, or none. */
    @Override
    public void serve(SimulatedReplica replica, Output.CatchUp catchUp) {
        List<Entry> log = replica.disk().written().log();
        SafetyChecker.check(
                catchUp.until() <= replica.appliedIndex() && catchUp.until() <= log.size(),
                "Output: node %s asks its host for %s of %d decided entries",
                replica.id(),
                catchUp,
                replica.appliedIndex());
        int start = replica.starts();
        boolean isRefused = random.nextInt(20) == 0
                || catchUp.from() < replica.disk().written().compactedIndex();
        long until = random.nextInt(4) == 0
                ? catchUp.from() + 1 + random.nextLong(catchUp.until() - catchUp.from())
                : catchUp.until();
        agenda.after(1 + random.nextLong(Agenda.TICK), () -> {
            boolean isThere = catchUp.from() >= replica.disk().written().compactedIndex();
            if (!isRefused && isThere && replica.isUp() && replica.starts() == start) {
                var entries = replica.disk().written().log().subList((int) catchUp.from(), (int) until);
                send(replica.id(), new Outgoing(catchUp.to(), catchUp.answer(entries)));
            }
        });
    }

    /** Installs the state of any node that has one so new, after a while, unless it fails or something else did it meanwhile. */
    @Override
    public void snapshotRequired(SimulatedReplica replica, Output.SnapshotRequired required) {
        int start = replica.starts();
        SimulatedReplica source = anyUp(random);
        SimulatedReplica.State state = source == null ? null : source.state();
        if (state == null || state.mark().index() < required.minimumIndex() || !installing.add(replica.id())) {
            return;
        }
        agenda.after(1 + random.nextLong(30 * Agenda.TICK), () -> {
            installing.remove(replica.id());
            if (replica.starts() == start) {
                replica.install(state);
                installs++;
                afterInput(replica);
            }
        });
    }

    @Override
    public void told(SimulatedReplica replica, Output output) {
        clients.told(replica, output);
    }

    void cut(NodeId from, NodeId to) {
        trace.add("cut %s → %s", from, to);
        network.cut(from, to);
    }

    /** Between two nodes only those links are left that are kept, smaller id first. */
    void cutAllBut(BiPredicate<Long, Long> keeps) {
        healLinks();
        for (NodeId one : replicas.keySet()) {
            for (NodeId other : replicas.keySet()) {
                if (one.value() < other.value() && !keeps.test(one.value(), other.value())) {
                    cut(one, other);
                    cut(other, one);
                }
            }
        }
    }

    /** All links let messages through again; the ends of those that were cut mostly notice, but not always. */
    void healLinks() {
        trace.add("links heal");
        for (NodeId from : replicas.keySet()) {
            for (NodeId to : replicas.keySet()) {
                if (!from.equals(to) && network.heal(from, to)) {
                    reconnect(from, to);
                }
            }
        }
    }

    private void reconnect(NodeId one, NodeId other) {
        if (random.nextInt(6) != 0) {
            noticeLater(one, other);
        }
        if (random.nextInt(6) != 0) {
            noticeLater(other, one);
        }
    }

    private void noticeLater(NodeId node, NodeId peer) {
        long delay = random.nextLong(random.nextInt(4) == 0 ? 30 * Agenda.TICK : Agenda.TICK);
        agenda.after(delay, () -> {
            SimulatedReplica replica = replicas.get(node);
            if (replica != null) {
                trace.add("%s notices that the link to %s is new", node, peer);
                replica.input(core -> core.reconnected(peer));
                afterInput(replica);
            }
        });
    }

    void crash(NodeId node) {
        SimulatedReplica replica = replica(node);
        replica.crash(random.nextInt(replica.disk().pendingBatches() + 1));
        clients.onCrash(replica);
        diskFreeAt.put(node, 0L);
        for (NodeId peer : replicas.keySet()) {
            network.breakConnection(node, peer);
            network.breakConnection(peer, node);
        }
    }

    /** From what the disk holds; how much of the decided log goes into memory is up to the host. */
    void restart(NodeId node) {
        SimulatedReplica replica = replica(node);
        long decidedIndex = replica.disk().durable().decidedIndex();
        long compactedIndex = replica.disk().durable().compactedIndex();
        replica.start(
                random.nextBoolean()
                        ? compactedIndex + random.nextLong(decidedIndex - compactedIndex + 1)
                        : decidedIndex);
        afterInput(replica);
        for (NodeId peer : replicas.keySet()) {
            if (!peer.equals(node)) {
                reconnect(node, peer);
            }
        }
    }

    /** What every node says of itself, for messages. */
    String statuses() {
        StringBuilder text = new StringBuilder();
        for (SimulatedReplica replica : replicas.values()) {
            Status status = replica.status();
            text.append("\n  ").append(replica.id()).append(' ').append(status == null ? "down" : brief(status));
        }
        return text.append("\n  open: %d proposals, %d reads".formatted(checker.openProposals(), checker.openReads()))
                .toString();
    }

    private static String brief(Status status) {
        return "%s %s in %s promise=%s round=%s accepted=%d decided=%d happy=%s leader=%s"
                .formatted(
                        status.role(),
                        status.phase(),
                        status.configuration(),
                        status.promise(),
                        status.acceptedRound(),
                        status.acceptedIndex(),
                        status.decidedIndex(),
                        status.happy(),
                        status.leader());
    }

    /** A node that is up, drawn by lot, or null when there is none. */
    @Nullable
    SimulatedReplica anyUp(SplittableRandom lot) {
        List<SimulatedReplica> up =
                replicas.values().stream().filter(SimulatedReplica::isUp).toList();
        return up.isEmpty() ? null : up.get(lot.nextInt(up.size()));
    }

    int installs() {
        return installs;
    }

    boolean isUp(NodeId node) {
        SimulatedReplica replica = replicas.get(node);
        return replica != null && replica.isUp();
    }

    /** It is not up, but can be. */
    boolean isDown(NodeId node) {
        SimulatedReplica replica = replicas.get(node);
        return replica != null && !replica.isUp();
    }

    SimulatedReplica replica(NodeId node) {
        return Objects.requireNonNull(replicas.get(node));
    }

    Collection<SimulatedReplica> replicas() {
        return replicas.values();
    }

    MembershipInjector membership() {
        return membership;
    }

    Agenda agenda() {
        return agenda;
    }

    SimulatedClients clients() {
        return clients;
    }

    @Override
    public SafetyChecker checker() {
        return checker;
    }

    @Override
    public Trace trace() {
        return trace;
    }

    @Override
    public Mutation mutation() {
        return mutation;
    }
}
