package io.omnisql.omnipaxos;

import java.util.ArrayList;
import java.util.List;

/** Collects what goes into the next {@link Output}. Messages are complete when they come in and are never touched again. */
final class Outbox {
    private final Members members;
    private final List<Output.Outgoing> immediate = new ArrayList<>();
    private final List<Output.Outgoing> afterDurable = new ArrayList<>();
    private final List<Output.CatchUp> catchUps = new ArrayList<>();
    private final List<Output.SnapshotRequired> snapshotsRequired = new ArrayList<>();
    private final List<Output.ReadOutcome> reads = new ArrayList<>();
    private final List<Output.ProposalOutcome> proposals = new ArrayList<>();

    Outbox(Members members) {
        this.members = members;
    }

    /** For a message that says nothing of this node's disk. */
    void send(int member, Message message) {
        immediate.add(new Output.Outgoing(members.node(member), message));
    }

    /** For a message that tells of promises or entries of this node: it waits until they are on disk. */
    void sendWhenDurable(int member, Message message) {
        afterDurable.add(new Output.Outgoing(members.node(member), message));
    }

    void sendToPeers(Message message) {
        for (int member = 0; member < members.count(); member++) {
            if (member != members.self()) {
                send(member, message);
            }
        }
    }

    void catchUp(int member, Ballot ballot, long from, long until) {
        Invariants.check(from < until, "catch-up from %d until %d", from, until);
        catchUps.add(new Output.CatchUp(members.node(member), ballot, from, until));
    }

    void requireSnapshot(int teller, long minimumIndex) {
        snapshotsRequired.add(new Output.SnapshotRequired(members.node(teller), minimumIndex));
    }

    void tell(Output.ReadOutcome outcome) {
        reads.add(outcome);
    }

    void tell(Output.ProposalOutcome outcome) {
        proposals.add(outcome);
    }

    boolean waitsForDisk() {
        return !afterDurable.isEmpty();
    }

    boolean isEmpty() {
        return immediate.isEmpty()
                && afterDurable.isEmpty()
                && catchUps.isEmpty()
                && snapshotsRequired.isEmpty()
                && reads.isEmpty()
                && proposals.isEmpty();
    }

    Output take(long token, List<LogWrite> writes, long decidedFrom, List<Entry> decided) {
        Output output = new Output(
                token,
                writes,
                immediate,
                afterDurable,
                decidedFrom,
                decided,
                catchUps,
                snapshotsRequired,
                reads,
                proposals);
        immediate.clear();
        afterDurable.clear();
        catchUps.clear();
        snapshotsRequired.clear();
        reads.clear();
        proposals.clear();
        return output;
    }
}
