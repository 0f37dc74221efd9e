package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Message.LogSync;
import io.omnisql.omnipaxos.Message.Prepare;
import io.omnisql.omnipaxos.Message.Probe;
import io.omnisql.omnipaxos.Message.Promise;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The leading half of Sequence Paxos, for one round: first it adopts the best log of a prepare quorum, then it makes the others'
 * logs equal to its own and decides what an accept quorum holds.
 *
 * <p>Entries go out before they are on this node's disk, so that all disks work in parallel; its own vote counts only when they
 * are.
 */
final class Leader {
    private static final long MESSAGE_BYTES_MAX = 1L << 20;

    private record Waiting(int member, long proposalId, Entry entry) {}

    private final Shared shared;
    private final Ballot ballot;
    private final Promises promises;
    private final AcceptedIndexes accepted;
    private final ReadIndexes reads;
    private final Stream[] streams;
    private final ArrayDeque<Waiting> buffered = new ArrayDeque<>();
    private long bufferedBytes;
    private boolean accepting;
    private long roundStartIndex;
    private Ballot adoptedRound;
    private long adoptedIndex;

    Leader(Shared shared, Ballot ballot) {
        int members = shared.members().count();
        this.shared = shared;
        this.ballot = ballot;
        this.promises = new Promises(members);
        this.accepted = new AcceptedIndexes(members, shared.quorum().accept());
        this.reads = new ReadIndexes(shared, ballot);
        this.adoptedRound = shared.acceptor().acceptedRound();
        this.streams = new Stream[members];
        for (int member = 0; member < members; member++) {
            streams[member] = new Stream(ballot);
        }
    }

    boolean isAccepting() {
        return accepting;
    }

    long roundStartIndex() {
        return roundStartIndex;
    }

    long acceptedIndexOf(int member) {
        return accepted.of(member);
    }

    /** Whether this member gets every entry, and has answered: until then it would not obey. */
    boolean isFollowing(int member) {
        return accepting && member != self() && promises.isSynced(member) && streams[member].isAnswered();
    }

    ReadIndexes reads() {
        return reads;
    }

    /** Opens the round. */
    void start() {
        promises.promised(self(), ownPromise());
        for (int member = 0; member < streams.length; member++) {
            if (member != self()) {
                prepare(member);
            }
        }
        adoptWhenPromised();
    }

    /** The round is over: another ballot is promised. */
    void abandon() {
        reads.failAll();
        takeBuffered().forEach(this::refuse);
    }

    void onPromise(int from, Promise promise) {
        if (!promise.ballot().equals(ballot)) {
            return; // Of an earlier round.
        }
        if (accepting) {
            Invariants.check(
                    promise.decidedIndex() <= log().acceptedIndex(),
                    "peer decided %d of %d entries",
                    promise.decidedIndex(),
                    log().acceptedIndex());
            shared.decide(promise.decidedIndex());
            promises.promised(from, promise);
            bringUp(from);
            return;
        }
        promises.promised(from, promise);
        adoptWhenPromised();
    }

    /** A peer recovers, or missed this round's beginning. */
    void onPrepareRequest(int from, Message.PrepareRequest request) {
        if (request.ballot().compareTo(ballot) <= 0) {
            promises.become(from, Promises.State.NOT_PROMISED);
            prepare(from);
        }
    }

    void onNotAccepted(int from, Message.NotAccepted refusal) {
        if (refusal.ballot().compareTo(ballot) > 0) {
            promises.become(from, Promises.State.PROMISED_HIGHER);
        }
    }

    void onAccepted(int from, Message.Accepted acknowledgement) {
        if (accepting && acknowledgement.ballot().equals(ballot)) {
            accepted.raise(from, acknowledgement.acceptedIndex());
            streams[from].acknowledged(acknowledgement.acceptedIndex());
            decideChosen();
        }
    }

    /** More of this node's own log is on disk. */
    void onPersisted() {
        if (accepting) {
            accepted.raise(self(), shared.acceptor().durableIndexIn(ballot));
            decideChosen();
        }
    }

    /** A follower has a better log, but too old a part of it is missing here to get it in one piece. */
    void onDecidedEntries(int from, Message.DecidedEntries entries) {
        if (!entries.ballot().equals(ballot)) {
            return;
        }
        if (accepting) {
            onOutdatedPrepare(from);
        } else if (shared.acceptor().installDecided(entries.from(), entries.entries(), entries.ballot())) {
            promises.promised(self(), ownPromise());
            prepare(from);
        }
    }

    /** A member answered a Prepare of before the adoption: what it needs is one that tells of now. */
    void onOutdatedPrepare(int from) {
        if (accepting) {
            promises.become(from, Promises.State.NOT_PROMISED);
            prepare(from);
        }
    }

    /** Takes up a proposal of any member; refuses when too many wait, or too much. */
    boolean propose(int member, long proposalId, Entry entry) {
        Waiting proposal = new Waiting(member, proposalId, entry);
        int max = shared.settings().proposalsInFlightMax();
        if (!hasRoomFor(entry)) {
            return false;
        }
        if (!accepting || log().isSealed()) {
            // A second change of the configuration has to see the first.
            boolean mayWait = !log().isSealed() || entry instanceof Entry.Command;
            return mayWait && buffered.size() < max && buffer(proposal);
        }
        boolean hasRoom = log().acceptedIndex() - log().decidedIndex() < (long) max * streams.length;
        if (hasRoom) {
            place(proposal);
        }
        return hasRoom;
    }

    /** The undecided log must fit into one message, for an AcceptSync is never split. A single entry always has room. */
    private boolean hasRoomFor(Entry entry) {
        long waitingBytes = log().undecidedBytes() + bufferedBytes;
        return waitingBytes == 0
                || waitingBytes + entry.sizeBytes() <= shared.settings().undecidedBytesMax();
    }

    private boolean buffer(Waiting proposal) {
        bufferedBytes += proposal.entry().sizeBytes();
        return buffered.add(proposal);
    }

    private List<Waiting> takeBuffered() {
        List<Waiting> all = List.copyOf(buffered);
        buffered.clear();
        bufferedBytes = 0;
        return all;
    }

    boolean hasUnsent() {
        if (!accepting) {
            return false;
        }
        for (int member = 0; member < streams.length; member++) {
            if (promises.isSynced(member) && streams[member].isBehind(log())) {
                return true;
            }
        }
        return reads.canStart(roundStartIndex);
    }

    /** Forms the messages for all that came in since the last output: few and large ones under load. */
    void flush() {
        if (!accepting) {
            return;
        }
        for (int member = 0; member < streams.length; member++) {
            if (promises.isSynced(member)) {
                send(member, streams[member]);
            }
        }
        if (reads.canStart(roundStartIndex)) {
            reads.start();
        }
    }

    void resend(long period) {
        for (int member = 0; member < streams.length; member++) {
            if (member != self() && promises.mustBeAsked(member)) {
                prepare(member);
            } else if (promises.isSynced(member)) {
                Probe probe = new Probe(ballot, streams[member].last(), log().decidedIndex());
                shared.outbox().send(member, probe);
            }
        }
        reads.resend(period);
    }

    private void prepare(int member) {
        Prepare prepare =
                new Prepare(ballot, shared.acceptor().acceptedRound(), log().acceptedIndex(), log().decidedIndex());
        shared.outbox().sendWhenDurable(member, prepare);
    }

    private Promise ownPromise() {
        return new Promise(
                ballot, shared.acceptor().acceptedRound(), log().acceptedIndex(), log().decidedIndex(), null);
    }

    private void adoptWhenPromised() {
        if (promises.count() < shared.quorum().prepare()) {
            return;
        }
        adopt(promises.best(promises.promiseOf(self())));
        for (int member = 0; member < streams.length; member++) {
            if (member != self() && promises.of(member) == Promises.State.PROMISED) {
                bringUp(member);
            }
        }
        decideChosen();
    }

    /** Everything that was ever chosen is in the best log of a prepare quorum: it becomes the log of this round. */
    private void adopt(Promise best) {
        LogSync sync = best.sync();
        if (sync != null) {
            shared.acceptor().install(sync);
        }
        Invariants.check(
                sync != null || best.equals(promises.promiseOf(self())), "the best promise lacks its log: %s", best);
        Invariants.check(
                best.acceptedIndex() <= log().acceptedIndex() && promises.decidedIndexMax() <= log().acceptedIndex(),
                "adopted %d entries of %s, decided elsewhere %d",
                log().acceptedIndex(),
                best,
                promises.decidedIndexMax());
        adoptedRound = best.acceptedRound();
        adoptedIndex = best.acceptedIndex();
        promises.forgetLogs();
        shared.decide(promises.decidedIndexMax());
        shared.acceptor().enterRound();
        accepting = true;
        roundStartIndex = log().acceptedIndex();
        takeBuffered().forEach(this::placeOrHold);
    }

    /**
     * Behind a stop sign nothing can be placed: what comes waits for the end of the configuration, which refuses it. What came before
     * this log was adopted may have no room beside it.
     */
    private void placeOrHold(Waiting proposal) {
        boolean hasRoom = hasRoomFor(proposal.entry());
        if (hasRoom && !log().isSealed()) {
            place(proposal);
        } else if (hasRoom && proposal.entry() instanceof Entry.Command) {
            buffer(proposal);
        } else {
            refuse(proposal);
        }
    }

    /** Makes a peer's log equal to this one, or at first brings it near. */
    private void bringUp(int member) {
        Promise promise = promises.promiseOf(member);
        long valid = Math.min(equalPrefix(promise), log().acceptedIndex());
        if (valid < log().retainedFrom()) {
            shared.catchUp(member, ballot, promise.decidedIndex());
            return; // It promises again when it has them.
        }
        LogSync sync = new LogSync(valid, log().entries(valid, log().acceptedIndex()));
        promises.become(member, Promises.State.SYNCED);
        shared.outbox().send(member, streams[member].sync(log().decidedIndex(), sync));
    }

    /**
     * How much of a peer's log is surely equal to this one. A peer of the adopted round may hold more than was adopted, and its
     * surplus may differ from what was appended here since: only the common part counts.
     */
    private long equalPrefix(Promise promise) {
        if (promise.acceptedRound().equals(ballot)) {
            return promise.acceptedIndex();
        }
        if (promise.acceptedRound().equals(adoptedRound)) {
            return Math.max(promise.decidedIndex(), Math.min(promise.acceptedIndex(), adoptedIndex));
        }
        return promise.decidedIndex();
    }

    private void decideChosen() {
        shared.decide(Math.min(accepted.chosenIndex(), log().acceptedIndex()));
    }

    private void send(int member, Stream stream) {
        Outbox outbox = shared.outbox();
        long decidedIndex = log().decidedIndex();
        while (stream.sentIndex() < log().acceptedIndex()) {
            long end = log().messageEnd(stream.sentIndex(), MESSAGE_BYTES_MAX);
            List<Entry> entries = log().entries(stream.sentIndex(), end);
            outbox.send(member, stream.append(decidedIndex, entries));
        }
        if (stream.isBehind(log())) {
            outbox.send(member, stream.decide(decidedIndex));
        }
    }

    private void place(Waiting proposal) {
        long slot = log().acceptedIndex();
        shared.acceptor().append(proposal.entry());
        if (proposal.member() == self()) {
            shared.proposals().placed(proposal.proposalId(), ballot, slot);
        } else {
            answer(proposal, slot);
        }
    }

    private void refuse(Waiting proposal) {
        if (proposal.member() == self()) {
            shared.proposals().superseded(proposal.proposalId());
        } else {
            answer(proposal, -1);
        }
    }

    private void answer(Waiting proposal, long slot) {
        shared.outbox().send(proposal.member(), new Message.ForwardOutcome(ballot, proposal.proposalId(), slot));
    }

    private ReplicatedLog log() {
        return shared.log();
    }

    private int self() {
        return shared.members().self();
    }
}
