package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Message.Accepted;
import io.omnisql.omnipaxos.Message.LogSync;
import io.omnisql.omnipaxos.Message.NotAccepted;
import io.omnisql.omnipaxos.Message.Prepare;
import io.omnisql.omnipaxos.Message.PrepareRequest;
import io.omnisql.omnipaxos.Message.Promise;
import io.omnisql.omnipaxos.Message.Sequence;
import io.omnisql.omnipaxos.Status.Phase;
import org.jspecify.annotations.Nullable;

/** The following half of Sequence Paxos: promises, takes a leader's log over and acknowledges what is on disk. */
final class Follower {
    private final Shared shared;
    private Phase phase;
    private Sequence sequence = Sequence.NONE;
    private @Nullable Prepare answered;
    private boolean acknowledgementDue;
    private boolean cameNearer;

    Follower(Shared shared) {
        this.shared = shared;
        this.phase = acceptor().promise().isNone() ? Phase.NONE : Phase.RECOVER;
    }

    Phase phase() {
        return phase;
    }

    /** This node leads now, or begins anew: nothing of an earlier round counts. */
    void reset() {
        phase = Phase.NONE;
        sequence = Sequence.NONE;
        answered = null;
        acknowledgementDue = false;
        cameNearer = false;
    }

    /** The ballot of {@code prepare} is the promised one. Repeating the promise in any phase is right, and sometimes needed. */
    void onPrepare(Prepare prepare) {
        reset();
        phase = Phase.PREPARE;
        answered = prepare;
        answer(prepare);
    }

    void onAcceptSync(int from, Message.AcceptSync message) {
        if (!follows(from, message.ballot()) || !isExpected(message) || !fits(message)) {
            return; // In the prepare phase the resend timer repeats the promise, and a fresh one follows.
        }
        acceptor().install(message.sync());
        acceptor().enterRound();
        shared.decide(Math.min(message.decidedIndex(), log().acceptedIndex()));
        phase = Phase.ACCEPT;
        answered = null;
        sequence = message.sequence();
        acknowledgementDue = true;
    }

    void onAcceptDecide(int from, Message.AcceptDecide message) {
        if (!follows(from, message.ballot()) || phase != Phase.ACCEPT || !isNext(from, message.sequence())) {
            return;
        }
        for (Entry entry : message.entries()) {
            acceptor().append(entry);
        }
        acknowledgementDue = true;
        shared.decide(Math.min(message.decidedIndex(), log().acceptedIndex()));
    }

    void onDecide(int from, Message.Decide message) {
        if (follows(from, message.ballot()) && phase == Phase.ACCEPT && isNext(from, message.sequence())) {
            shared.decide(Math.min(message.decidedIndex(), log().acceptedIndex()));
        }
    }

    /** Repairs a lost tail. It never moves {@code sequence}: a number stands for one content, and a probe has none. */
    void onProbe(int from, Message.Probe probe) {
        if (!follows(from, probe.ballot()) || phase != Phase.ACCEPT) {
            return;
        }
        int order = probe.lastSequence().compareTo(sequence);
        if (order == 0) {
            shared.decide(Math.min(probe.decidedIndex(), log().acceptedIndex()));
            acknowledgementDue = true;
        } else if (order > 0) {
            recover(from);
        }
    }

    void onDecidedEntries(Message.DecidedEntries entries) {
        Prepare prepare = answered;
        boolean isExpected =
                phase == Phase.PREPARE && entries.ballot().equals(acceptor().promise());
        if (!isExpected || prepare == null) {
            return;
        }
        if (acceptor().installDecided(entries.from(), entries.entries(), entries.ballot())) {
            cameNearer = true;
            shared.proposals().settle(log().decidedIndex());
            answer(prepare); // The next step, be it more of this or an AcceptSync.
        }
    }

    /** A state was installed, the log goes on above it: whoever led a stream here has to start over. */
    void onSnapshotInstalled() {
        Prepare prepare = answered;
        if (phase == Phase.PREPARE && prepare != null) {
            answer(prepare);
        } else if (phase == Phase.ACCEPT) {
            recover(leader());
        }
    }

    /** As after a crash: nobody's stream is followed until a Prepare arrives. */
    void recoverAnew() {
        reset();
        phase = Phase.RECOVER;
    }

    /** Messages to or from the leader may be lost: asks it to start over with this node. */
    void recover(int leader) {
        reset();
        phase = Phase.RECOVER;
        shared.outbox().send(leader, new PrepareRequest(acceptor().promise()));
    }

    /** Not while catching up goes on: each repetition would have the leader's host read the same entries once more. */
    void resend() {
        Prepare prepare = answered;
        if (cameNearer) {
            cameNearer = false;
        } else if (phase == Phase.PREPARE && prepare != null) {
            answer(prepare);
        } else if (phase == Phase.RECOVER) {
            shared.outbox().sendToPeers(new PrepareRequest(acceptor().promise()));
        }
    }

    boolean hasUnsent() {
        return acknowledgementDue;
    }

    /** One acknowledgement for all that came in since the last output; it waits for the disk. */
    void flush() {
        if (acknowledgementDue) {
            acknowledgementDue = false;
            Accepted accepted = new Accepted(acceptor().acceptedRound(), log().acceptedIndex());
            shared.outbox().sendWhenDurable(leader(), accepted);
        }
    }

    /** Promises, with what the leader's log lacks; or brings the leader near when that is no longer in memory. */
    private void answer(Prepare prepare) {
        LogSync sync = null;
        if (isBetterThan(prepare)) {
            boolean sameRound = acceptor().acceptedRound().equals(prepare.acceptedRound());
            long from = sameRound ? prepare.acceptedIndex() : prepare.decidedIndex();
            if (from < log().retainedFrom()) {
                shared.catchUp(leader(), prepare.ballot(), prepare.decidedIndex());
                return;
            }
            // A log that ends before what the leader knows as decided cannot be the best of any quorum.
            sync = from <= log().acceptedIndex() ? new LogSync(from, log().entries(from, log().acceptedIndex())) : null;
        }
        Promise promise = new Promise(
                prepare.ballot(), acceptor().acceptedRound(), log().acceptedIndex(), log().decidedIndex(), sync);
        shared.outbox().sendWhenDurable(leader(), promise);
    }

    private boolean isBetterThan(Prepare prepare) {
        if (acceptor().acceptedRound().equals(prepare.ballot())) {
            return false; // Synchronised in this very round already: the leader's log is the origin of this one.
        }
        int byRound = acceptor().acceptedRound().compareTo(prepare.acceptedRound());
        return byRound > 0 || (byRound == 0 && log().acceptedIndex() > prepare.acceptedIndex());
    }

    /**
     * A newer session than the current one is taken up in the accept phase too. The leader opened it because a promise reached it
     * twice, and its stream goes on only there: without it every repeated promise would end in another recovery, for ever when
     * the way takes longer than the resend timer.
     */
    private boolean isExpected(Message.AcceptSync message) {
        return phase == Phase.PREPARE
                || (phase == Phase.ACCEPT && message.sequence().compareTo(sequence) > 0);
    }

    /** Guards against a delayed or repeated AcceptSync of an older session. */
    private boolean fits(Message.AcceptSync message) {
        LogSync sync = message.sync();
        boolean hasHole = sync.syncIndex() > log().acceptedIndex();
        boolean shrinksDecided = sync.end() < log().decidedIndex();
        boolean shrinksAcknowledged =
                acceptor().acceptedRound().equals(message.ballot()) && sync.end() < log().acceptedIndex();
        return !hasHole && !shrinksDecided && !shrinksAcknowledged;
    }

    /** Whether the sender's ballot is the promised one; if not, one of the two has missed something and is told. */
    private boolean follows(int from, Ballot ballot) {
        Ballot promise = acceptor().promise();
        int order = ballot.compareTo(promise);
        if (order < 0) {
            shared.outbox().send(from, new NotAccepted(promise));
        } else if (order > 0) {
            shared.outbox().send(from, new PrepareRequest(promise));
        }
        return order == 0;
    }

    private boolean isNext(int from, Sequence arrived) {
        if (arrived.equals(sequence.next())) {
            sequence = arrived;
            return true;
        }
        if (arrived.compareTo(sequence) > 0) {
            recover(from); // Something before it was lost.
        }
        return false;
    }

    private int leader() {
        return shared.members().leaderOf(acceptor().promise());
    }

    private Acceptor acceptor() {
        return shared.acceptor();
    }

    private ReplicatedLog log() {
        return shared.log();
    }
}
