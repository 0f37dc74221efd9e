package io.omnisql.omnipaxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A few replicas, their disks and the messages between them, moved by hand: a story is told message by message. Links keep
 * their order unless the story says otherwise. Disks obey at once unless they are held.
 */
final class Scene {

    /** A message on its way. */
    record Flight(long from, long to, Message message) {}

    private final Settings settings;
    private final TreeMap<Long, Actor> actors = new TreeMap<>();
    private final ArrayDeque<Flight> wire = new ArrayDeque<>();

    Scene(Settings settings, Configuration configuration) {
        this.settings = settings;
        for (NodeId node : configuration.replicas()) {
            actors.put(node.value(), new Actor(node, Standing.founding(configuration)));
        }
    }

    /** A node with an empty disk comes to the group. */
    Actor join(long node, Configuration known) {
        NodeId id = new NodeId(node);
        Actor actor = new Actor(id, Standing.joining(id, known));
        actors.put(node, actor);
        return actor;
    }

    /** Majority quorums; elections at every tick, repetitions at every tenth. */
    static Scene of(long... nodes) {
        return of(new Settings(0, 1, 10, 1L << 20, 100, 1_000, 64L << 20), nodes);
    }

    static Scene of(Settings settings, long... nodes) {
        List<NodeId> replicas = new ArrayList<>();
        for (long node : nodes) {
            replicas.add(new NodeId(node));
        }
        return new Scene(settings, Configuration.ofMajorities(1, replicas));
    }

    static Entry.Command entry(String text) {
        return new Entry.Command(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** A replica and what its host saw. */
    final class Actor {
        final NodeId id;
        final Standing first;
        final Disk disk;
        final List<Entry> decided = new ArrayList<>();
        final List<Output.ReadOutcome> reads = new ArrayList<>();
        final List<Output.ProposalOutcome> proposals = new ArrayList<>();
        final List<Output.CatchUp> catchUps = new ArrayList<>();
        final List<Output.SnapshotRequired> snapshotsRequired = new ArrayList<>();
        final ArrayDeque<Output> unsynced = new ArrayDeque<>();
        OmniPaxos core;
        boolean isDiskHeld;
        boolean isDown;

        Actor(NodeId id, Standing first) {
            DurableState state = DurableState.empty(first.configuration().id());
            this.id = id;
            this.disk = new Disk(state);
            this.first = first;
            this.core = new OmniPaxos(id, first, settings, state);
            settle();
        }

        Status status() {
            return core.status();
        }

        /** Does what the core asks. */
        void settle() {
            while (core.hasOutput()) {
                Output output = core.takeOutput();
                assertFollowsOn(output);
                decided.addAll(output.decided());
                reads.addAll(output.reads());
                proposals.addAll(output.proposals());
                catchUps.addAll(output.catchUps());
                snapshotsRequired.addAll(output.snapshotsRequired());
                output.immediate().forEach(this::send);
                if (output.token() != 0) {
                    unsynced.add(output);
                }
                if (!isDiskHeld) {
                    sync();
                }
            }
        }

        private void assertFollowsOn(Output output) {
            if (!output.decided().isEmpty() && decided.isEmpty()) {
                firstDecided = output.decidedFrom();
            }
            boolean follows = output.decided().isEmpty() || output.decidedFrom() == firstDecided + decided.size();
            Invariants.check(follows, "decided from %d after %d", output.decidedFrom(), decided.size());
        }

        private long firstDecided;

        /** The host installs a state. */
        void install(SnapshotMark mark) {
            core.snapshotInstalled(mark);
            firstDecided = mark.index();
            decided.clear();
            settle();
        }

        /** All batches under way reach the disk. */
        void sync() {
            while (!unsynced.isEmpty()) {
                Output output = unsynced.remove();
                disk.write(output.writes());
                core.persisted(output.token());
                output.afterDurable().forEach(this::send);
            }
        }

        void crash() {
            isDown = true;
            unsynced.clear();
            wire.removeIf(flight -> flight.to() == id.value());
        }

        void restart() {
            isDown = false;
            isDiskHeld = false;
            decided.clear();
            reads.clear();
            proposals.clear();
            catchUps.clear();
            snapshotsRequired.clear();
            core = new OmniPaxos(id, first, settings, disk.recover());
            settle();
        }

        private void send(Output.Outgoing outgoing) {
            wire.add(new Flight(id.value(), outgoing.to().value(), outgoing.message()));
        }

        List<Entry> log() {
            return disk.entries();
        }
    }

    Actor node(long id) {
        Actor actor = actors.get(id);
        if (actor == null) {
            throw new IllegalArgumentException("No node " + id);
        }
        return actor;
    }

    /** Every replica ticks once, and all heartbeats of this tick arrive; other messages wait. */
    void tick() {
        for (Actor actor : actors.values()) {
            if (!actor.isDown) {
                actor.core.tick();
                actor.settle();
            }
        }
        deliver(flight -> flight.message() instanceof Message.HeartbeatRequest);
        deliver(flight -> flight.message() instanceof Message.HeartbeatReply);
    }

    /** Ticks and delivers all until one leads, which is told. */
    long elect() {
        for (int i = 0; i < 20; i++) {
            deliverAll();
            for (Actor actor : actors.values()) {
                if (!actor.isDown && actor.status().isLeading()) {
                    return actor.id.value();
                }
            }
            tick();
        }
        throw new AssertionError("nobody leads after 20 ticks");
    }

    /** Lets this node lead, with all messages delivered. */
    void elect(long node) {
        elect();
        if (!node(node).status().isLeading()) {
            node(node).core.tryBecomeLeader();
            node(node).settle();
            deliverAll();
        }
        Invariants.check(node(node).status().isLeading(), "%d does not lead", node);
    }

    ProposeResult propose(long node, long proposalId, String text) {
        ProposeResult result = node(node).core.propose(proposalId, entry(text));
        node(node).settle();
        return result;
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
            deliverAll();
        }
    }

    void deliverAll() {
        deliver(_ -> true);
    }

    /** Delivers what matches, and what comes of it as far as that matches too, in order. */
    void deliver(Predicate<Flight> which) {
        for (int i = 0; i < 100_000; i++) {
            Flight flight = takeFirst(which);
            if (flight == null) {
                return;
            }
            arrive(flight);
        }
        throw new AssertionError("messages without end: " + wire);
    }

    /** Delivers one message, kept from earlier or made up. */
    void arrive(Flight flight) {
        Actor actor = node(flight.to());
        if (!actor.isDown) {
            actor.core.receive(new NodeId(flight.from()), flight.message());
            actor.settle();
        }
    }

    /** Loses what matches; told for a later return. */
    List<Flight> drop(Predicate<Flight> which) {
        List<Flight> dropped = wire.stream().filter(which).toList();
        wire.removeIf(which);
        return dropped;
    }

    List<Flight> wire() {
        return List.copyOf(wire);
    }

    private @org.jspecify.annotations.Nullable Flight takeFirst(Predicate<Flight> which) {
        var flights = wire.iterator();
        while (flights.hasNext()) {
            Flight flight = flights.next();
            if (which.test(flight)) {
                flights.remove();
                return flight;
            }
        }
        return null;
    }

    static Predicate<Flight> kind(Class<? extends Message> type) {
        return flight -> type.isInstance(flight.message());
    }

    static Predicate<Flight> sentTo(long node) {
        return flight -> flight.to() == node;
    }

    static Predicate<Flight> sentBy(long node) {
        return flight -> flight.from() == node;
    }

    static Predicate<Flight> touching(long node) {
        return sentBy(node).or(sentTo(node));
    }
}
