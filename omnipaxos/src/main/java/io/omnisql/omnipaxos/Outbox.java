package io.omnisql.omnipaxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what goes into the next {@link Output}. Messages are complete when they come in and are never touched again. */
final class Outbox {
    private @Nullable Members members;
    private final List<Output.Outgoing> immediate = new ArrayList<>();
    private final List<Output.Outgoing> afterDurable = new ArrayList<>();
    private final List<Output.CatchUp> catchUps = new ArrayList<>();
    private final List<Output.SnapshotRequired> snapshotsRequired = new ArrayList<>();
    private final List<Output.ReadOutcome> reads = new ArrayList<>();
    private final List<Output.ProposalOutcome> proposals = new ArrayList<>();

    /** From now on members are those of another configuration. What was said before stays as it is. */
    void serve(Members members) {
        this.members = members;
    }

    /** For a message that says nothing of this node's disk. */
    void send(NodeId to, Message message) {
        immediate.add(new Output.Outgoing(to, message));
    }

    /** For a message that says nothing of this node's disk. */
    void send(int member, Message message) {
        send(node(member), message);
    }

    /** For a message that tells of promises or entries of this node: it waits until they are on disk. */
    void sendWhenDurable(int member, Message message) {
        afterDurable.add(new Output.Outgoing(node(member), message));
    }

    void sendToPeers(Message message) {
        Members all = members();
        for (int member = 0; member < all.count(); member++) {
            if (member != all.self()) {
                send(member, message);
            }
        }
    }

    void catchUp(int member, Ballot ballot, long from, long until) {
        catchUp(new Output.CatchUp(node(member), ballot, from, until, false));
    }

    void catchUp(Output.CatchUp catchUp) {
        Invariants.check(
                catchUp.from() < catchUp.until(), "catch-up from %d until %d", catchUp.from(), catchUp.until());
        catchUps.add(catchUp);
    }

    void requireSnapshot(int teller, long minimumIndex) {
        requireSnapshot(node(teller), minimumIndex);
    }

    void requireSnapshot(NodeId teller, long minimumIndex) {
        snapshotsRequired.add(new Output.SnapshotRequired(teller, minimumIndex));
    }

    private NodeId node(int member) {
        return members().node(member);
    }

    private Members members() {
        return Objects.requireNonNull(members, "no configuration has begun");
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
