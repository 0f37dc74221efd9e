package io.omnisql.omnipaxos.simulation;

import com.google.errorprone.annotations.FormatMethod;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output;
import io.omnisql.omnipaxos.Output.Outgoing;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches everything that is visible from outside a replica, after every step. The numbers in its messages are those of
 * docs/architecture/simulation.md.
 */
final class SafetyChecker {
    private final ConfigurationChain chain;
    private final List<SimulatedReplica> everyone = new ArrayList<>();
    private final boolean checksOnlyOutcomes;
    private final List<Entry> decidedLog = new ArrayList<>();
    private final Map<NodeId, Status> lastStatus = new TreeMap<>();
    private final Map<Ballot, String> leaders = new TreeMap<>(ConfigurationChain.BALLOTS);
    private final Map<StreamPlace, Message> streams = new TreeMap<>();
    private final TreeSet<String> proposed = new TreeSet<>();
    private final Map<Long, Entry> openProposals = new TreeMap<>();
    private final Map<Long, Long> openReads = new TreeMap<>();
    private final RoundLogs roundLogs = new RoundLogs(decidedLog);

    private record StreamPlace(Ballot ballot, NodeId to, Message.Sequence sequence) implements Comparable<StreamPlace> {
        private static final Comparator<StreamPlace> ORDER = Comparator.comparing(
                        StreamPlace::ballot, ConfigurationChain.BALLOTS)
                .thenComparing(StreamPlace::to)
                .thenComparing(StreamPlace::sequence);

        @Override
        public int compareTo(StreamPlace other) {
            return ORDER.compare(this, other);
        }
    }

    SafetyChecker(Configuration first, boolean checksOnlyOutcomes) {
        this.chain = new ConfigurationChain(first);
        this.checksOnlyOutcomes = checksOnlyOutcomes;
    }

    /** Looks at the disk of this node too from now on, even when the node is gone. */
    void watch(SimulatedReplica replica) {
        everyone.add(replica);
        lastStatus.remove(replica.id());
    }

    ConfigurationChain chain() {
        return chain;
    }

    /** The longest decided log that any replica has told. */
    List<Entry> decidedLog() {
        return decidedLog;
    }

    @FormatMethod
    static void check(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new AssertionError(format.formatted(arguments));
        }
    }

    /** A1, A2, G4: what one replica says of itself. */
    void onStatus(SimulatedReplica replica, Status status) {
        if (checksOnlyOutcomes) {
            return;
        }
        check(
                status.acceptedRound().compareTo(status.promise()) <= 0,
                "A1 node %s accepted round %s above its promise %s",
                status.node(),
                status.acceptedRound(),
                status.promise());
        check(
                status.decidedIndex() <= status.acceptedIndex(),
                "A2 node %s decided %d of %d entries",
                status.node(),
                status.decidedIndex(),
                status.acceptedIndex());
        check(
                status.compactedIndex() <= status.decidedIndex(),
                "A3 node %s compacted %d of %d decided entries",
                status.node(),
                status.compactedIndex(),
                status.decidedIndex());
        Status before = lastStatus.put(status.node(), status);
        if (before != null) {
            checkGrows(before, status);
        }
        boolean isBound = replica.disk().durable().promise().equals(status.promise());
        if (status.role() == Status.Role.LEADER && isBound) { // Before that it has told nobody, and a crash undoes it.
            String holder = "node " + status.node() + ", start " + replica.starts();
            String known = leaders.putIfAbsent(status.promise(), holder);
            check(
                    known == null || known.equals(holder),
                    "G4 %s led by %s and by %s",
                    status.promise(),
                    String.valueOf(known),
                    holder);
            check(status.promise().node() == status.node().value(), "G4 %s leads with %s", holder, status.promise());
        }
    }

    private static void checkGrows(Status before, Status after) {
        check(
                ConfigurationChain.BALLOTS.compare(before.promise(), after.promise()) <= 0,
                "A1 node %s fell from promise %s to %s",
                after.node(),
                before.promise(),
                after.promise());
        check(
                ConfigurationChain.BALLOTS.compare(before.acceptedRound(), after.acceptedRound()) <= 0,
                "A1 node %s fell from accepted round %s to %s",
                after.node(),
                before.acceptedRound(),
                after.acceptedRound());
        check(
                before.decidedIndex() <= after.decidedIndex(),
                "A2 node %s fell from decided %d to %d",
                after.node(),
                before.decidedIndex(),
                after.decidedIndex());
    }

    /**
     * What a replica said before a crash binds it only as far as it was durable. A round that it opened and nobody else knows of
     * may be opened anew.
     */
    void onCrash(SimulatedReplica replica) {
        Status last = lastStatus.remove(replica.id());
        if (last == null || last.role() != Status.Role.LEADER) {
            return;
        }
        if (ConfigurationChain.BALLOTS.compare(replica.disk().durable().promise(), last.promise()) < 0) {
            roundLogs.forget(last.promise());
        }
    }

    /** A4, A5, A11: one batch was written on top of what the disk was given before. */
    void onWritten(SimulatedReplica replica, RoundLogs.Shape before) {
        if (checksOnlyOutcomes) {
            return;
        }
        SimulatedDisk.Image image = replica.disk().written();
        check(
                ConfigurationChain.BALLOTS.compare(before.promise(), image.promise()) <= 0,
                "A1 node %s writes a lower promise",
                replica.id());
        check(before.decidedIndex() <= image.decidedIndex(), "A2 node %s writes a lower decided", replica.id());
        check(image.decidedIndex() <= image.log().size(), "A2 node %s writes decided beyond its log", replica.id());
        check(
                image.compactedIndex() <= image.decidedIndex(),
                "A3 node %s writes compacted above decided",
                replica.id());
        roundLogs.onWritten(replica.id(), before, image);
    }

    /** A6, A7: a message is made; {@code status} is null when the replica may have changed since. */
    void onMade(NodeId from, Outgoing outgoing, @Nullable Status status) {
        if (checksOnlyOutcomes) {
            return;
        }
        switch (outgoing.message()) {
            case Message.AcceptSync sync -> onStreamed(from, outgoing, new Streamed(sync, sync.sequence()), status);
            case Message.AcceptDecide more -> onStreamed(from, outgoing, new Streamed(more, more.sequence()), status);
            case Message.Decide decide -> onStreamed(from, outgoing, new Streamed(decide, decide.sequence()), status);
            case Message.RoundConfirmed yes -> onVouched(from, yes, status);
            case Message.ReadIndexRequest question -> onVouched(from, question, status);
            default -> check(!outgoing.to().equals(from), "A6 node %s writes to itself", from);
        }
    }

    private void onVouched(NodeId from, Message.OfBallot message, @Nullable Status status) {
        check(
                status == null || isOver(message, status) || status.promise().equals(message.ballot()),
                "A6 node %s vouches for %s but promised otherwise",
                from,
                message.ballot());
    }

    /** It was made before the end of a configuration that is over now. */
    private static boolean isOver(Message message, Status status) {
        return message.configurationId() < status.configuration().id();
    }

    private record Streamed(Message.OfBallot message, Message.Sequence sequence) {}

    private void onStreamed(NodeId from, Outgoing outgoing, Streamed streamed, @Nullable Status status) {
        Ballot ballot = streamed.message.ballot();
        check(ballot.node() == from.value(), "A6 node %s streams %s", from, streamed.message);
        check(
                status == null
                        || isOver(streamed.message, status)
                        || (status.isLeading() && status.promise().equals(ballot)),
                "A6 node %s streams %s in %s",
                from,
                streamed.message,
                String.valueOf(status));
        StreamPlace place = new StreamPlace(ballot, outgoing.to(), streamed.sequence);
        Message known = streams.putIfAbsent(place, streamed.message);
        check(
                known == null || known.equals(streamed.message),
                "A7 two messages at %s: %s and %s",
                place,
                String.valueOf(known),
                streamed.message);
    }

    /** A8, table of 1.4: a message leaves the node, so what it promises must be on disk. */
    void onSent(SimulatedReplica from, Message message) {
        if (checksOnlyOutcomes) {
            return;
        }
        SimulatedDisk.Image disk = from.disk().durable();
        switch (message) {
            case Message.Prepare prepare -> {
                checkPromised(from, prepare);
                checkHolds(from, prepare, prepare.acceptedRound(), prepare.acceptedIndex());
            }
            case Message.Promise promise -> {
                checkPromised(from, promise);
                checkHolds(from, promise, promise.acceptedRound(), promise.acceptedIndex());
            }
            case Message.Accepted accepted -> {
                checkPromised(from, accepted);
                checkHolds(from, accepted, accepted.ballot(), accepted.acceptedIndex());
                checkEqualToLeader(from, accepted);
            }
            case Message.AcceptSync sync -> checkPromised(from, sync);
            case Message.AcceptDecide more -> checkPromised(from, more);
            default -> check(disk.decidedIndex() <= disk.log().size(), "A2 on the disk of node %s", from.id());
        }
    }

    private static void checkPromised(SimulatedReplica from, Message.OfBallot message) {
        check(
                ConfigurationChain.BALLOTS.compare(from.disk().durable().promise(), message.ballot()) >= 0,
                "A8 node %s sends %s, its durable promise is %s",
                from.id(),
                message,
                from.disk().durable().promise());
    }

    private void checkHolds(SimulatedReplica from, Message message, Ballot round, long acceptedIndex) {
        SimulatedDisk.Image disk = from.disk().durable();
        int order = ConfigurationChain.BALLOTS.compare(disk.acceptedRound(), round);
        check(
                order > 0
                        || (order == 0 && disk.log().size() >= acceptedIndex)
                        || (order == 0 && roundLogs.isOverruled(disk)),
                "A8 node %s sends %s, durable are %d entries of %s",
                from.id(),
                message,
                disk.log().size(),
                disk.acceptedRound());
    }

    private void checkEqualToLeader(SimulatedReplica from, Message.Accepted accepted) {
        SimulatedDisk.Image disk = from.disk().durable();
        if (disk.acceptedRound().equals(accepted.ballot())) {
            roundLogs.checkEqual(from.id(), accepted, disk.log());
        }
    }

    /** G1, G2, G3 and the contract of {@link Output}: entries are told as decided. */
    void onDecided(SimulatedReplica replica, Output output) {
        List<Entry> decided = output.decided();
        if (decided.isEmpty()) {
            return;
        }
        long from = output.decidedFrom();
        check(
                from == replica.appliedIndex(),
                "Output: node %s tells decided from %d after %d",
                replica.id(),
                from,
                replica.appliedIndex());
        int knownBefore = decidedLog.size();
        for (int i = 0; i < decided.size(); i++) {
            int slot = (int) from + i;
            Entry entry = decided.get(i);
            check(slot <= decidedLog.size(), "G2 node %s decides slot %d before all below", replica.id(), slot);
            if (slot == decidedLog.size()) {
                check(proposed.contains(SimulatedClients.text(entry)), "G1 slot %d: nobody proposed %s", slot, entry);
                decidedLog.add(entry);
                chain.onDecided(slot, entry);
            }
            check(
                    entry.equals(decidedLog.get(slot)),
                    "G2 slot %d is %s, but %s at node %s",
                    slot,
                    SimulatedClients.text(decidedLog.get(slot)),
                    SimulatedClients.text(entry),
                    replica.id());
        }
        int slot = knownBefore;
        while (slot < decidedLog.size() && !checksOnlyOutcomes) {
            int end = chain.endOf(slot, decidedLog.size());
            checkChosen(replica.id(), slot, end);
            slot = end;
        }
    }

    /** A8: newly decided entries of one configuration are on the disks of an accept quorum of it. */
    private void checkChosen(NodeId teller, int from, int until) {
        Configuration configuration = chain.ofSlot(from);
        List<Entry> chosen = decidedLog.subList(from, until);
        long holders = everyone.stream()
                .filter(each -> configuration.replicas().contains(each.id()))
                .filter(each -> each.disk().durable().holds(from, chosen))
                .map(SimulatedReplica::id)
                .distinct()
                .count();
        check(
                holders >= configuration.quorum().accept(),
                "A8 node %s decides slots %d..%d, durable at %d of %d nodes",
                teller,
                from,
                until - 1,
                holders,
                configuration.quorum().accept());
    }

    void onProposing(Entry entry) {
        proposed.add(SimulatedClients.text(entry));
    }

    void onProposed(long proposalId, Entry entry) {
        openProposals.put(proposalId, entry);
    }

    /** The node crashed: no outcome may come any more. */
    void onProposalLost(long proposalId) {
        openProposals.remove(proposalId);
    }

    /** Each accepted proposal has one outcome, and "decided" tells the truth. */
    void onOutcome(ProposalOutcome outcome) {
        long id = outcome.proposalId();
        check(openProposals.containsKey(id), "Proposal: %s, but %d is not open", outcome, id);
        switch (outcome) {
            case ProposalOutcome.Placed _ -> {}
            case ProposalOutcome.Superseded _ -> openProposals.remove(id);
            case ProposalOutcome.Decided(long _, long slot) -> {
                Entry entry = Objects.requireNonNull(openProposals.remove(id));
                check(
                        slot < decidedLog.size() && decidedLog.get((int) slot).equals(entry),
                        "Proposal: %s, but the decided log holds something else there",
                        outcome);
            }
        }
    }

    int openProposals() {
        return openProposals.size();
    }

    /** From now on the read must see all that anybody knows as decided. */
    void onReadRequested(long readId) {
        openReads.put(readId, (long) decidedLog.size());
    }

    void onReadLost(long readId) {
        openReads.remove(readId);
    }

    /** G8, and each read is answered once. */
    void onReadOutcome(ReadOutcome outcome) {
        Long decidedBefore = openReads.remove(outcome.readId());
        check(decidedBefore != null, "Read: %s, but it is not open", outcome);
        if (outcome instanceof ReadOutcome.Ready(long readId, long readIndex)) {
            check(
                    readIndex >= Objects.requireNonNull(decidedBefore),
                    "G8 read %d sees %d entries, but %d were decided before it began",
                    readId,
                    readIndex,
                    Objects.requireNonNull(decidedBefore));
        }
    }

    int openReads() {
        return openReads.size();
    }
}
