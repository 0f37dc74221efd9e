package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicated log: owns role and phase, and sees to it that all that belongs to a ballot ends with it. */
final class SequencePaxos {
    private final Shared shared;
    private final Follower follower;
    private final ReadRequests readRequests;
    private @Nullable Leader leader;
    private long period;

    SequencePaxos(Shared shared) {
        this.shared = shared;
        this.follower = new Follower(shared);
        this.readRequests = new ReadRequests(shared.settings().proposalsInFlightMax(), shared.outbox());
        follower.resend(); // After a crash: ask all for the round that goes on.
    }

    Role role() {
        return leader == null ? Role.FOLLOWER : Role.LEADER;
    }

    Phase phase() {
        if (leader == null) {
            return follower.phase();
        }
        return leader.isAccepting() ? Phase.ACCEPT : Phase.PREPARE;
    }

    @Nullable
    Leader leader() {
        return leader;
    }

    /** The member that leads as far as this node knows, or -1. After a crash this node follows nobody in its own old round. */
    int leaderMember() {
        int member = shared.members().leaderOf(acceptor().promise());
        return member == shared.members().self() && leader == null ? -1 : member;
    }

    /** Ballot leader election lets this node lead. Repeated at every timeout, so an old ballot is no news. */
    void onLeader(Ballot ballot) {
        if (ballot.compareTo(acceptor().promise()) <= 0) {
            return;
        }
        follow(ballot);
        follower.reset();
        leader = new Leader(shared, ballot);
        leader.start();
    }

    void onPrepare(int from, Message.Prepare prepare) {
        int order = prepare.ballot().compareTo(acceptor().promise());
        boolean isOfItsLeader = shared.members().leaderOf(prepare.ballot()) == from;
        if (order < 0 || !isOfItsLeader) {
            return; // A stale candidate learns of its successor through ballot leader election.
        }
        if (order > 0) {
            follow(prepare.ballot());
        }
        follower.onPrepare(prepare);
    }

    void onPrepareRequest(int from, Message.PrepareRequest request) {
        if (leader != null) {
            leader.onPrepareRequest(from, request);
        }
    }

    void onPromise(int from, Message.Promise promise) {
        if (leader != null) {
            leader.onPromise(from, promise);
        }
    }

    void onAccepted(int from, Message.Accepted accepted) {
        if (leader != null) {
            leader.onAccepted(from, accepted);
        }
    }

    void onNotAccepted(int from, Message.NotAccepted refusal) {
        if (leader != null) {
            leader.onNotAccepted(from, refusal);
        }
    }

    void onDecidedEntries(int from, Message.DecidedEntries entries) {
        if (leader != null) {
            leader.onDecidedEntries(from, entries);
        } else {
            follower.onDecidedEntries(entries);
        }
    }

    /**
     * A peer no longer has entries that this node lacks. Whoever leads must have the log: a candidate that does not gives way.
     *
     * @return whether this node was a candidate and gave way
     */
    boolean onSnapshotRequired(int from, long minimumIndex) {
        if (phase() != Phase.PREPARE || minimumIndex <= shared.log().decidedIndex()) {
            return false;
        }
        shared.outbox().requireSnapshot(from, minimumIndex);
        return stopLeading();
    }

    /**
     * The host installed a state that covers more than was known as decided here.
     *
     * @return whether this node led and does so no more, for others know more than it did
     */
    boolean onSnapshotInstalled(SnapshotMark mark) {
        boolean hasLed = stopLeading();
        if (mark.ballot().compareTo(acceptor().promise()) > 0) {
            follow(mark.ballot());
            follower.recoverAnew();
        }
        // What stands at a slot below is not known here, though it is decided.
        shared.proposals().supersedeAll();
        acceptor().installSnapshot(mark);
        follower.onSnapshotInstalled();
        return hasLed;
    }

    /**
     * Decided entries from a node that lives in a later configuration: this one is sealed, though nobody here told so.
     *
     * @return whether this node led and does so no more
     */
    boolean onFollowedEntries(Message.FollowedEntries followed, List<Entry> entries) {
        boolean hasLed = stopLeading();
        if (followed.ballot().compareTo(acceptor().promise()) > 0) {
            follow(followed.ballot());
            follower.recoverAnew();
        }
        shared.proposals().supersedeAll();
        acceptor().installDecided(followed.from(), entries, followed.ballot());
        follower.onSnapshotInstalled();
        return hasLed;
    }

    /** At the beginning of a configuration: its leader may have asked for promises before this node was there. */
    void askForPrepare() {
        shared.outbox().sendToPeers(new Message.PrepareRequest(acceptor().promise()));
    }

    /** The configuration ends here. */
    void end() {
        stopLeading();
        readRequests.failAll();
    }

    private boolean stopLeading() {
        if (leader == null) {
            return false;
        }
        leader.abandon();
        leader = null;
        shared.proposals().supersedeAll();
        follower.recoverAnew();
        return true;
    }

    Follower follower() {
        return follower;
    }

    ProposeResult propose(long proposalId, Entry entry) {
        if (shared.proposals().isFull()) {
            return new ProposeResult.Overloaded();
        }
        if (leader != null) {
            boolean isTaken = leader.propose(shared.members().self(), proposalId, entry);
            return isTaken ? new ProposeResult.Accepted() : new ProposeResult.Overloaded();
        }
        int member = leaderMember();
        if (member < 0) {
            return new ProposeResult.NoLeader();
        }
        shared.proposals().forwarded(proposalId, period);
        shared.outbox().send(member, new Message.ForwardedProposal(acceptor().promise(), proposalId, entry));
        return new ProposeResult.Accepted();
    }

    /** Never forwarded a second time: the coordinator learns at once that this node does not lead that ballot. */
    void onForwardedProposal(int from, Message.ForwardedProposal proposal) {
        boolean isTaken = leader != null
                && proposal.ballot().equals(acceptor().promise())
                && leader.propose(from, proposal.proposalId(), proposal.entry());
        if (!isTaken) {
            shared.outbox().send(from, new Message.ForwardOutcome(proposal.ballot(), proposal.proposalId(), -1));
        }
    }

    void onForwardOutcome(Message.ForwardOutcome outcome) {
        if (leader == null && outcome.ballot().equals(acceptor().promise())) {
            shared.proposals().answered(outcome, shared.log().decidedIndex());
        }
    }

    void requestReadIndex(long readId) {
        int member = leaderMember();
        if (leader != null) {
            leader.reads().request(shared.members().self(), readId, period);
        } else if (member < 0 || readRequests.isFull()) {
            shared.outbox().tell(new ReadOutcome.Failed(readId));
        } else {
            readRequests.asked(readId, period);
            shared.outbox().send(member, new Message.ReadIndexRequest(acceptor().promise(), readId));
        }
    }

    void onReadIndexRequest(int from, Message.ReadIndexRequest request) {
        if (leader != null && request.ballot().equals(acceptor().promise())) {
            leader.reads().request(from, request.readId(), period);
        } else {
            shared.outbox().send(from, new Message.ReadIndexReply(request.ballot(), request.readId(), -1));
        }
    }

    void onReadIndexReply(Message.ReadIndexReply reply) {
        if (reply.ballot().equals(acceptor().promise())) {
            readRequests.answered(reply);
        }
    }

    /**
     * Need not wait for the disk: what counts is that no higher promise was durable when the question arrived, and what is in
     * memory is never below what is on disk.
     */
    void onConfirmRound(int from, Message.ConfirmRound question) {
        int order = question.ballot().compareTo(acceptor().promise());
        if (order == 0) {
            shared.outbox().send(from, new Message.RoundConfirmed(question.ballot(), question.confirmation()));
        } else if (order < 0) {
            shared.outbox().send(from, new Message.NotAccepted(acceptor().promise()));
        }
    }

    void onRoundConfirmed(int from, Message.RoundConfirmed answer) {
        if (leader != null && answer.ballot().equals(acceptor().promise())) {
            leader.reads().confirmed(from, answer.confirmation());
        }
    }

    /** Messages to or from the peer may be lost. */
    void reconnected(int peer) {
        if (leader == null && peer == leaderMember()) {
            shared.proposals().supersedeUnanswered();
            readRequests.failAll();
            follower.recover(peer);
        }
    }

    void onPersisted() {
        if (leader != null) {
            leader.onPersisted();
        }
    }

    /** Repeats what may be lost, and gives up what waited too long. */
    void resend() {
        period++;
        shared.proposals().expire(period);
        readRequests.expire(period);
        if (leader != null) {
            leader.resend(period);
        } else {
            follower.resend();
        }
        acceptor().writeDecidedIndex();
    }

    boolean hasUnsent() {
        return follower.hasUnsent() || (leader != null && leader.hasUnsent());
    }

    void flush() {
        follower.flush();
        if (leader != null) {
            leader.flush();
        }
    }

    private void follow(Ballot ballot) {
        if (leader != null) {
            leader.abandon();
            leader = null;
        }
        acceptor().promise(ballot);
        shared.proposals().supersedeAll();
        readRequests.failAll();
    }

    private Acceptor acceptor() {
        return shared.acceptor();
    }
}
