package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One replica of one configuration: feed it inputs, then do what {@link #takeOutput} asks.
 *
 * <p>It has no clock and no thread: all calls come from one thread, time is the number of {@link #tick}s, and equal inputs give
 * equal outputs. Any number of inputs may precede one output; what they have in common leaves in few messages. A broken
 * invariant is thrown as {@link InvariantViolation}: the instance must not be used any more.
 */
public final class OmniPaxos {
    private final Members members;
    private final Configuration configuration;
    private final Settings settings;
    private final Outbox outbox;
    private final Acceptor acceptor;
    private final SequencePaxos sequencePaxos;
    private final BallotLeaderElection election;
    private long toldDecidedIndex;
    private int electionTicks;
    private int resendTicks;

    /**
     * Starts or restarts a replica.
     *
     * <p>Entries below the recovered decided index are not told again: the host reads from its log what it has not applied yet.
     *
     * @throws IllegalArgumentException if {@code self} is no replica of the configuration
     */
    public OmniPaxos(NodeId self, Configuration configuration, Settings settings, DurableState recovered) {
        this.members = new Members(self, configuration);
        this.configuration = configuration;
        this.settings = settings;
        this.outbox = new Outbox(members);
        this.acceptor = new Acceptor(recovered);
        Proposals proposals = new Proposals(settings.proposalsInFlightMax(), outbox);
        this.sequencePaxos =
                new SequencePaxos(new Shared(members, configuration.quorum(), settings, acceptor, outbox, proposals));
        this.election =
                new BallotLeaderElection(members, configuration, settings.priority(), recovered.promise(), outbox);
        this.toldDecidedIndex = recovered.decidedIndex();
    }

    /** Time passes. */
    public void tick() {
        electionTicks++;
        if (electionTicks >= settings.electionTimeoutTicks()) {
            electionTicks = 0;
            boolean isAccepting = sequencePaxos.role() == Role.LEADER && sequencePaxos.phase() == Phase.ACCEPT;
            Ballot elected = election.onElectionTimeout(isAccepting, acceptor.promise());
            if (elected != null) {
                sequencePaxos.onLeader(elected);
            }
        }
        resendTicks++;
        if (resendTicks >= settings.resendTicks()) {
            resendTicks = 0;
            sequencePaxos.resend();
        }
    }

    /** A message arrived. One of another configuration, or of no other replica of this one, is refused silently. */
    public void receive(NodeId from, Message message) {
        int member = members.memberOf(from);
        if (member < 0 || member == members.self() || message.configurationId() != configuration.id()) {
            return;
        }
        switch (message) {
            case Message.HeartbeatRequest request -> election.onRequest(member, request);
            case Message.HeartbeatReply reply -> election.onReply(member, reply);
            case Message.PrepareRequest request -> sequencePaxos.onPrepareRequest(member, request);
            case Message.Prepare prepare -> sequencePaxos.onPrepare(member, prepare);
            case Message.Promise promise -> sequencePaxos.onPromise(member, promise);
            case Message.AcceptSync sync -> sequencePaxos.follower().onAcceptSync(member, sync);
            case Message.AcceptDecide entries -> sequencePaxos.follower().onAcceptDecide(member, entries);
            case Message.Accepted accepted -> sequencePaxos.onAccepted(member, accepted);
            case Message.NotAccepted refusal -> sequencePaxos.onNotAccepted(member, refusal);
            case Message.Decide decide -> sequencePaxos.follower().onDecide(member, decide);
            case Message.Probe probe -> sequencePaxos.follower().onProbe(member, probe);
            case Message.SnapshotRequired required -> onSnapshotRequired(member, required);
            case Message.DecidedEntries entries -> sequencePaxos.onDecidedEntries(member, entries);
            case Message.ForwardedProposal proposal -> sequencePaxos.onForwardedProposal(member, proposal);
            case Message.ForwardOutcome outcome -> sequencePaxos.onForwardOutcome(outcome);
            case Message.ReadIndexRequest request -> sequencePaxos.onReadIndexRequest(member, request);
            case Message.ReadIndexReply reply -> sequencePaxos.onReadIndexReply(reply);
            case Message.ConfirmRound question -> sequencePaxos.onConfirmRound(member, question);
            case Message.RoundConfirmed answer -> sequencePaxos.onRoundConfirmed(member, answer);
        }
    }

    /**
     * Proposes an entry here or, through this node, at the leader. If it is accepted, exactly one {@code Decided} or
     * {@code Superseded} follows, as soon as either is certain; while no leader can be reached neither is.
     *
     * @param proposalId never used for another proposal, not even before a restart (begin at a random number): a late answer to
     *     the old one would be taken for its own
     */
    public ProposeResult propose(long proposalId, Entry entry) {
        return sequencePaxos.propose(proposalId, entry);
    }

    /**
     * Asks up to which index a linearizable read must see the log applied. Exactly one {@link Output.ReadOutcome} follows.
     *
     * @param readId never used for another read, not even before a restart (begin at a random number): a late answer to the old
     *     one would allow a stale read
     */
    public void requestReadIndex(long readId) {
        sequencePaxos.requestReadIndex(readId);
    }

    /** The link to a peer was established again, or messages to or from it may be lost for another reason. */
    public void reconnected(NodeId peer) {
        int member = members.memberOf(peer);
        if (member >= 0 && member != members.self()) {
            sequencePaxos.reconnected(member);
        }
    }

    /**
     * Gives up entries below {@code index}. The host asks for it when a durable state of its own covers them and no peer that it
     * cares for needs them. Refused in part: what is not decided, told and durable is kept.
     *
     * @return the compacted index that is reached
     */
    public long trim(long index) {
        ReplicatedLog log = acceptor.log();
        log.compact(Math.min(index, Math.min(acceptor.readableIndex(), toldDecidedIndex)));
        return log.compactedIndex();
    }

    /**
     * What a state that covers {@code index} entries, told as decided here, has to be kept with.
     *
     * @throws IllegalArgumentException when they were not told yet
     */
    public SnapshotMark mark(long index) {
        if (index > toldDecidedIndex) {
            throw new IllegalArgumentException("A state of " + index + " entries, told are " + toldDecidedIndex);
        }
        return new SnapshotMark(index, acceptor.promise());
    }

    /**
     * The host has installed, durably, the state of this mark. Entries below are not told any more. A repetition, or a state that
     * is older than what is decided here, changes nothing but that. After a crash the host repeats it when its state covers more
     * than the recovered decided index, before anything else.
     */
    public void snapshotInstalled(SnapshotMark mark) {
        if (mark.index() > acceptor.log().decidedIndex() && sequencePaxos.onSnapshotInstalled(mark)) {
            election.giveWay();
        }
        toldDecidedIndex = Math.max(toldDecidedIndex, mark.index());
    }

    private void onSnapshotRequired(int from, Message.SnapshotRequired required) {
        if (sequencePaxos.onSnapshotRequired(from, required.minimumIndex())) {
            election.giveWay();
        }
    }

    /** The batch of this token, and with it every earlier one, is durable. */
    public void persisted(long token) {
        sequencePaxos.persisted(token);
    }

    /** Sets the priority of this node's next ballot; the ballot that leads now goes on. */
    public void setPriority(int priority) {
        election.setPriority(priority);
    }

    /** Makes this node a candidate at once. It deposes a leader that may be perfectly well; no-op on the leader itself. */
    public void tryBecomeLeader() {
        if (sequencePaxos.leader() == null) {
            sequencePaxos.onLeader(election.takeOver(acceptor.promise()));
        }
    }

    /** Whether {@link #takeOutput} has something to tell. */
    public boolean hasOutput() {
        return !outbox.isEmpty()
                || acceptor.hasWrites()
                || toldDecidedIndex < acceptor.log().decidedIndex()
                || sequencePaxos.hasUnsent();
    }

    /** What the host must do because of the inputs since the last call. */
    public Output takeOutput() {
        sequencePaxos.flush();
        long token = 0;
        List<LogWrite> writes = List.of();
        if (acceptor.hasWrites() || outbox.waitsForDisk()) {
            writes = acceptor.takeWrites();
            token = acceptor.nextToken();
        }
        ReplicatedLog log = acceptor.log();
        long decidedFrom = toldDecidedIndex;
        toldDecidedIndex = log.decidedIndex();
        List<Entry> decided = log.entries(decidedFrom, toldDecidedIndex);
        log.forget(acceptor.readableIndex(), settings.retainedBytes());
        return outbox.take(token, writes, decidedFrom, decided);
    }

    /** What this instance is at. */
    public Status status() {
        Leader leader = sequencePaxos.leader();
        int leaderMember = sequencePaxos.leaderMember();
        return new Status(
                members.node(members.self()),
                configuration,
                sequencePaxos.role(),
                sequencePaxos.phase(),
                acceptor.promise(),
                acceptor.acceptedRound(),
                leaderMember < 0 ? null : members.node(leaderMember),
                acceptor.log().acceptedIndex(),
                acceptor.log().decidedIndex(),
                acceptor.log().compactedIndex(),
                leader == null ? 0 : leader.roundStartIndex(),
                election.isHappy(),
                peers(leader));
    }

    private List<Status.Peer> peers(@Nullable Leader leader) {
        List<Status.Peer> peers = new ArrayList<>();
        for (int member = 0; member < members.count(); member++) {
            if (member != members.self()) {
                long acceptedIndex = leader == null ? -1 : leader.acceptedIndexOf(member);
                peers.add(new Status.Peer(members.node(member), election.isConnected(member), acceptedIndex));
            }
        }
        return peers;
    }
}
