package io.omnisql.omnipaxos.simulation;

import com.google.errorprone.annotations.FormatMethod;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.Outgoing;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import io.omnisql.omnipaxos.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Replicas whose messages, disks and clocks move only when a script says so; watched by the safety checker all the same. */
final class Stage implements SimulatedReplica.World {
    private static final int DELIVERIES_MAX = 10_000;
    private static final int TIMEOUT_TICKS = 10;

    private final Map<NodeId, SimulatedReplica> replicas = new TreeMap<>();
    private final List<Flight> waiting = new ArrayList<>();
    private final List<Flight> kept = new ArrayList<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final TreeSet<NodeId> heldDisks = new TreeSet<>();
    private final List<String> printed = new ArrayList<>();
    private final Trace trace = new Trace(new Agenda());
    private SafetyChecker checker = new SafetyChecker(Configuration.ofMajorities(1, List.of(new NodeId(1))), false);
    private Settings settings = Settings.defaults();
    private long lastId;

    private record Flight(NodeId from, NodeId to, Message message) {
        boolean matches(String kind, long receiver) {
            String name = message.getClass().getSimpleName().toLowerCase(Locale.ROOT);
            boolean isKind = switch (kind) {
                case "all" -> true;
                case "accept" -> name.equals("acceptdecide");
                case "heartbeat" -> name.startsWith("heartbeat");
                default -> name.equals(kind);
            };
            return isKind && (receiver == 0 || to.value() == receiver);
        }

        boolean isHeartbeat() {
            return message instanceof Message.HeartbeatRequest || message instanceof Message.HeartbeatReply;
        }
    }

    void start(int nodes, int retainedBytes, int catchUpEntries) {
        settings = new Settings(0, TIMEOUT_TICKS, TIMEOUT_TICKS, retainedBytes, catchUpEntries, 1_000, 1 << 20);
        List<NodeId> ids =
                LongStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList();
        Configuration configuration = Configuration.ofMajorities(1, ids);
        checker = new SafetyChecker(configuration, false);
        for (NodeId id : ids) {
            add(id, Standing.founding(configuration));
        }
        replicas.values().forEach(each -> each.start(0));
        settle();
    }

    private void add(NodeId id, Standing first) {
        SimulatedReplica replica = new SimulatedReplica(id, first, settings, this);
        replicas.put(id, replica);
        checker.watch(replica);
    }

    /** A new node comes to the group. */
    void join(long node) {
        NodeId id = new NodeId(node);
        add(id, Standing.joining(id, checker.chain().latest()));
        replica(node).start(0);
        settle();
    }

    void reconfigure(long node, List<Long> ids) {
        lastId++;
        long id = lastId;
        Configuration before = Objects.requireNonNull(replica(node).status()).configuration();
        List<NodeId> next = ids.stream().map(NodeId::new).toList();
        Entry.StopSign sign = new Entry.StopSign(Configuration.ofMajorities(before.id() + 1, next));
        checker.onProposing(sign);
        input(node, core -> {
            ProposeResult result = core.reconfigure(id, sign.next());
            if (result instanceof ProposeResult.Accepted) {
                checker.onProposed(id, sign);
            } else {
                print("node %d: proposal %d: %s", node, id, result);
            }
        });
    }

    void candidate(long node) {
        input(node, OmniPaxos::tryBecomeLeader);
    }

    void propose(long node, String text) {
        lastId++;
        long id = lastId;
        Entry.Command entry = SimulatedClients.entry("r" + id, "script", text);
        checker.onProposing(entry);
        input(node, core -> {
            ProposeResult result = core.propose(id, entry);
            if (result instanceof ProposeResult.Accepted) {
                checker.onProposed(id, entry);
            } else {
                print("node %d: proposal %d: %s", node, id, result);
            }
        });
    }

    void read(long node) {
        lastId++;
        long id = lastId;
        checker.onReadRequested(id);
        input(node, core -> core.requestReadIndex(id));
    }

    /** Delivers what matches, and what comes of it as far as it matches too, in order. */
    void deliver(String kind, long receiver) {
        for (int i = 0; i < DELIVERIES_MAX; i++) {
            Flight next = waiting.stream()
                    .filter(each -> each.matches(kind, receiver))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                return;
            }
            waiting.remove(next);
            arrive(next);
        }
        throw new AssertionError("messages without end, the next is " + waiting.getFirst());
    }

    private void arrive(Flight flight) {
        input(flight.to.value(), core -> core.receive(flight.from, flight.message));
    }

    void drop(String kind, long receiver) {
        take(kind, receiver);
    }

    private List<Flight> take(String kind, long receiver) {
        List<Flight> taken =
                waiting.stream().filter(each -> each.matches(kind, receiver)).toList();
        SafetyChecker.check(!taken.isEmpty(), "no %s waits", kind);
        waiting.removeAll(taken);
        return taken;
    }

    void keep(String kind, long receiver) {
        kept.addAll(take(kind, receiver));
    }

    void replay() {
        kept.forEach(this::arrive);
    }

    void trim(long node, long index) {
        input(node, core -> print("node %d: compacted %d", node, core.trim(index)));
    }

    void install(long node, long source) {
        replica(node).install(Objects.requireNonNull(replica(source).state()));
        settle();
    }

    void hold(long node) {
        heldDisks.add(new NodeId(node));
    }

    void persist(long node) {
        heldDisks.remove(new NodeId(node));
        settle();
    }

    void crash(long node) {
        replica(node).crash(0);
        waiting.removeIf(each -> each.to.value() == node);
        heldDisks.remove(new NodeId(node));
    }

    void restart(long node) {
        replica(node).start(replica(node).disk().durable().compactedIndex());
        settle();
    }

    /** Both ways; what is under way is lost. */
    void cut(long one, long other) {
        cuts.add(one + " " + other);
        cuts.add(other + " " + one);
        waiting.removeIf(each -> isCut(each.from, each.to));
    }

    /** All links; both ends notice. */
    void heal() {
        TreeSet<String> healed = new TreeSet<>(cuts);
        cuts.clear();
        for (String link : healed) {
            String[] ends = link.split(" ", 2);
            input(Long.parseLong(ends[0]), core -> core.reconnected(new NodeId(Long.parseLong(ends[1]))));
        }
    }

    void ticks(int count, boolean delivers) {
        for (int i = 0; i < count; i++) {
            replicas.keySet().forEach(each -> input(each.value(), OmniPaxos::tick));
            if (delivers) {
                deliver("all", 0);
            }
        }
    }

    void printMessages() {
        waiting.stream()
                .filter(each -> !each.isHeartbeat())
                .forEach(each -> print("%s → %s %s", each.from, each.to, each.message));
    }

    void printLogs() {
        for (SimulatedReplica replica : replicas.values()) {
            Status status = replica.status();
            String state = status == null ? "down" : state(status);
            List<Entry> log = replica.disk().written().log();
            long decided = status == null ? replica.disk().durable().decidedIndex() : status.decidedIndex();
            String entries = log.stream().map(Stage::value).collect(Collectors.joining(" "));
            print("node %s: %s, decided %d of %d: %s", replica.id(), state, decided, log.size(), entries);
        }
    }

    private static String state(Status status) {
        String configuration = status.configuration().id() == 1
                ? ""
                : " of configuration %d".formatted(status.configuration().id());
        return configuration.isEmpty() ? role(status) : role(status) + configuration;
    }

    private static String role(Status status) {
        return "%s in %s of round %d of node %d"
                .formatted(
                        status.role(),
                        status.phase(),
                        status.promise().number(),
                        status.promise().node())
                .toLowerCase(Locale.ROOT);
    }

    private static String value(Entry entry) {
        return entry instanceof Entry.StopSign(Configuration next)
                ? "→" + next.replicas()
                : SimulatedClients.text(entry).split("\\|", 3)[2];
    }

    List<String> takePrinted() {
        List<String> all = List.copyOf(printed);
        printed.clear();
        return all;
    }

    @FormatMethod
    private void print(String format, Object... arguments) {
        printed.add(Trace.brief(format.formatted(arguments)).stripTrailing());
    }

    private void input(long node, Consumer<OmniPaxos> input) {
        SimulatedReplica replica = replica(node);
        replica.input(input);
        replica.handleOutput();
        settle();
    }

    /** Does what the outputs ask, until only messages wait. */
    private void settle() {
        boolean isBusy = true;
        while (isBusy) {
            isBusy = false;
            for (SimulatedReplica replica : replicas.values()) {
                replica.handleOutput();
                if (!replica.disk().isIdle() && !heldDisks.contains(replica.id())) {
                    replica.diskDone();
                    isBusy = true;
                }
            }
        }
    }

    private SimulatedReplica replica(long node) {
        return Objects.requireNonNull(replicas.get(new NodeId(node)), "no node " + node);
    }

    private boolean isCut(NodeId from, NodeId to) {
        return cuts.contains(from + " " + to);
    }

    @Override
    public void writing(SimulatedReplica replica) {}

    @Override
    public void send(NodeId from, Outgoing outgoing) {
        if (!isCut(from, outgoing.to())) {
            waiting.add(new Flight(from, outgoing.to(), outgoing.message()));
        }
    }

    @Override
    public void serve(SimulatedReplica replica, Output.CatchUp catchUp) {
        List<Entry> entries = replica.disk().written().log().subList((int) catchUp.from(), (int) catchUp.until());
        send(replica.id(), new Outgoing(catchUp.to(), catchUp.answer(entries)));
    }

    @Override
    public void snapshotRequired(SimulatedReplica replica, Output.SnapshotRequired required) {
        print(
                "node %s needs a state of %d entries, says node %s",
                replica.id(), required.minimumIndex(), required.teller());
    }

    @Override
    public void told(SimulatedReplica replica, Output output) {
        for (ProposalOutcome outcome : output.proposals()) {
            checker.onOutcome(outcome);
            print("node %s: %s", replica.id(), text(outcome));
        }
        for (ReadOutcome outcome : output.reads()) {
            checker.onReadOutcome(outcome);
            print("node %s: %s", replica.id(), text(outcome));
        }
    }

    private static String text(ProposalOutcome outcome) {
        return switch (outcome) {
            case ProposalOutcome.Placed placed ->
                "proposal %d placed at slot %d".formatted(placed.proposalId(), placed.slot());
            case ProposalOutcome.Decided decided ->
                "proposal %d decided at slot %d".formatted(decided.proposalId(), decided.slot());
            case ProposalOutcome.Superseded superseded -> "proposal %d superseded".formatted(superseded.proposalId());
        };
    }

    private static String text(ReadOutcome outcome) {
        return switch (outcome) {
            case ReadOutcome.Ready ready -> "read %d sees %d entries".formatted(ready.readId(), ready.readIndex());
            case ReadOutcome.Failed failed -> "read %d failed".formatted(failed.readId());
        };
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
        return Mutation.NONE;
    }
}
