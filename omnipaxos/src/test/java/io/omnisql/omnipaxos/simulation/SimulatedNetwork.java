package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Directed links between replicas: they delay, lose, duplicate and reorder messages, and can be cut. They carry no message that is
 * larger than the settings allow: who forms one would form it again for ever.
 */
final class SimulatedNetwork {
    private final Agenda agenda;
    private final SplittableRandom random;
    private final Receiver receiver;
    private final long delayMax;
    private final long undecidedBytesMax;
    private final Map<Link, LinkState> links = new TreeMap<>();
    private Faults faults;

    /** Takes what arrives. */
    interface Receiver {
        void deliver(NodeId from, NodeId to, Message message);
    }

    private record Link(NodeId from, NodeId to) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            int byFrom = from.compareTo(other.from);
            return byFrom != 0 ? byFrom : to.compareTo(other.to);
        }
    }

    private static final class LinkState {
        private boolean isCut;
        private long connection;
        private long lastArrival;
    }

    SimulatedNetwork(Agenda agenda, SplittableRandom random, Scenario scenario, Receiver receiver) {
        this.agenda = agenda;
        this.random = random;
        this.receiver = receiver;
        this.delayMax = scenario.delayMax();
        this.undecidedBytesMax = scenario.settings().undecidedBytesMax();
        this.faults = scenario.faults();
    }

    void setFaults(Faults faults) {
        this.faults = faults;
    }

    void send(NodeId from, NodeId to, Message message) {
        checkBounded(from, message);
        LinkState link = link(from, to);
        if (link.isCut || random.nextDouble() < faults.loss()) {
            return;
        }
        long arrival = agenda.now() + 1 + random.nextLong(delayMax);
        if (faults.fifo()) {
            arrival = Math.max(arrival, link.lastArrival);
            link.lastArrival = arrival;
        }
        deliverAt(arrival, from, to, message);
        if (random.nextDouble() < faults.duplication()) {
            deliverAt(arrival + random.nextLong(20 * delayMax), from, to, message);
        }
    }

    /** A9: beyond its decided part, a sync holds one entry, or no more than the bound. */
    private void checkBounded(NodeId from, Message message) {
        switch (message) {
            case Message.AcceptSync sync -> checkBounded(from, sync.sync(), sync.decidedIndex());
            case Message.Promise promise -> checkBounded(from, promise.sync(), promise.decidedIndex());
            default -> {}
        }
    }

    private void checkBounded(NodeId from, Message.@Nullable LogSync sync, long decidedIndex) {
        if (sync == null) {
            return;
        }
        int decided =
                Math.clamp(decidedIndex - sync.syncIndex(), 0, sync.suffix().size());
        List<Entry> undecided = sync.suffix().subList(decided, sync.suffix().size());
        long bytes = undecided.stream().mapToLong(Entry::sizeBytes).sum();
        SafetyChecker.check(
                undecided.size() <= 1 || bytes <= undecidedBytesMax,
                "A9 node %s sends %d undecided bytes in one message, allowed are %d",
                from,
                bytes,
                undecidedBytesMax);
    }

    private void deliverAt(long arrival, NodeId from, NodeId to, Message message) {
        LinkState link = link(from, to);
        long connection = link.connection;
        agenda.at(arrival, () -> {
            boolean isLost = link.isCut || (faults.fifo() && connection != link.connection);
            if (!isLost) {
                receiver.deliver(from, to, message);
            }
        });
    }

    /** Nothing gets through any more in this direction. */
    void cut(NodeId from, NodeId to) {
        link(from, to).isCut = true;
        breakConnection(from, to);
    }

    /** Loses what is under way, if this network keeps the order of messages. */
    void breakConnection(NodeId from, NodeId to) {
        link(from, to).connection++;
    }

    /** Lets messages through again; false if they always got through. */
    boolean heal(NodeId from, NodeId to) {
        LinkState link = link(from, to);
        boolean wasCut = link.isCut;
        link.isCut = false;
        return wasCut;
    }

    private LinkState link(NodeId from, NodeId to) {
        return links.computeIfAbsent(new Link(from, to), _ -> new LinkState());
    }
}
