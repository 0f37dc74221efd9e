package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in one group: feed it inputs, then do what {@link #takeOutput} asks.
 *
 * <p>The group lives through a chain of configurations over one log. A stop sign is the last entry of each and names the next; as
 * soon as it is decided here, the next is in force here, in one atomic batch. In a configuration that names it this node is a
 * replica and votes; else it is a learner, which follows the decided log.
 *
 * <p>It has no clock and no thread: one caller at a time, time is the number of {@link #tick}s, and equal inputs give
 * equal outputs. Any number of inputs may precede one output; what they have in common leaves in few messages. A broken
 * invariant is thrown as {@link InvariantViolation}: the instance must not be used any more.
 */
public final class OmniPaxos {
    private final NodeId self;
    private final Settings settings;
    private final Outbox outbox;
    private final Acceptor acceptor;
    private final Proposals proposals;
    private final DecidedLogFollower logFollower;
    private final DecidedLogFeed logFeed;
    private @Nullable Voter voter;
    private int priority;
    private long toldDecidedIndex;
    private int resendTicks;

    /**
     * Starts or restarts a node.
     *
     * <p>Entries below the recovered decided index are not told again: the host reads from its log what it has not applied yet.
     *
     * @param first what the node begins with; of no account when its disk tells what it was
     */
    public OmniPaxos(NodeId self, Standing first, Settings settings, DurableState recovered) {
        this.self = self;
        this.settings = settings;
        this.priority = settings.priority();
        this.outbox = new Outbox();
        this.acceptor = new Acceptor(first, recovered);
        this.proposals = new Proposals(settings.proposalsInFlightMax(), outbox);
        this.logFollower = new DecidedLogFollower(self, acceptor, outbox);
        this.logFeed = new DecidedLogFeed(acceptor, outbox, settings.catchUpEntriesMax());
        this.toldDecidedIndex = recovered.decidedIndex();
        beginConfiguration();
        goOnAfterStopSign();
    }

    /** Time passes. */
    public void tick() {
        if (voter != null) {
            voter.tick();
        }
        resendTicks++;
        if (resendTicks >= settings.resendTicks()) {
            resendTicks = 0;
            resend();
        }
        goOnAfterStopSign();
    }

    private void resend() {
        if (voter != null) {
            voter.resend();
        } else {
            acceptor.writeDecidedIndex();
        }
        if (voter == null || logFollower.isLeftBehind()) {
            logFollower.resend();
        }
        logFeed.resend();
    }

    /** A message arrived. One that does not belong to the configuration in force here is refused silently. */
    public void receive(NodeId from, Message message) {
        if (from.equals(self)) {
            return;
        }
        if (message.configurationId() > configuration().id()) {
            logFollower.onLaterConfiguration(from, message.configurationId());
        }
        switch (message) {
            case Message.FollowRequest request -> logFeed.onRequest(from, request);
            case Message.FollowedEntries followed -> onFollowedEntries(from, followed);
            case Message.LaterConfiguration _ -> {} // That was all it says.
            case Message.SnapshotRequired required -> onSnapshotRequired(from, required);
            case Message.HeartbeatRequest _, Message.OfBallot _ -> receiveOfConfiguration(from, message);
        }
        goOnAfterStopSign();
    }

    private void receiveOfConfiguration(NodeId from, Message message) {
        boolean isEarlier = message.configurationId() < configuration().id();
        if (voter != null && message.configurationId() == configuration().id()) {
            voter.receive(from, message);
        } else if (isEarlier && message instanceof Message.HeartbeatRequest) {
            outbox.send(from, new Message.LaterConfiguration(configuration().id()));
        }
    }

    private void onSnapshotRequired(NodeId from, Message.SnapshotRequired required) {
        if (required.minimumIndex() <= acceptor.log().decidedIndex()) {
            if (voter != null && required.configurationId() == configuration().id()) {
                voter.onOutdatedPrepare(from);
            }
            return;
        }
        if (voter != null && !logFollower.isLeftBehind()) {
            voter.receive(from, required);
        } else {
            logFollower.answered(from, true);
            outbox.requireSnapshot(from, required.minimumIndex());
        }
    }

    /** The rest of the entries, beyond a stop sign, were decided under ballots of another configuration: they are asked for anew. */
    private void onFollowedEntries(NodeId from, Message.FollowedEntries followed) {
        boolean isWanted = voter == null || logFollower.isLeftBehind();
        if (!isWanted || followed.configurationId() != configuration().id()) {
            return;
        }
        List<Entry> entries = untilStopSign(followed.entries());
        long decidedIndex = acceptor.log().decidedIndex();
        boolean isNews = followed.from() <= decidedIndex && decidedIndex < followed.from() + entries.size();
        logFollower.answered(from, isNews);
        if (isNews) {
            if (voter != null) {
                voter.onFollowedEntries(followed, entries);
            } else {
                acceptor.promiseAtLeast(followed.ballot());
                acceptor.installDecided(followed.from(), entries, followed.ballot());
            }
            leaveIfBoundToNobody();
            goOnAfterStopSign();
        }
        if (voter == null || logFollower.isLeftBehind()) {
            logFollower.ask();
        }
    }

    private List<Entry> untilStopSign(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Entry.StopSign sign
                    && sign.next().id() > configuration().id()) {
                return entries.subList(0, i + 1);
            }
        }
        return entries;
    }

    /**
     * Proposes an entry here or, through this node, at the leader. If it is accepted, exactly one {@code Decided} or
     * {@code Superseded} follows, as soon as either is certain; while no leader can be reached neither is. At the end of a
     * configuration all that is open is superseded: proposed again, it belongs to the next.
     *
     * @param proposalId never used for another proposal, not even before a restart (begin at a random number): a late answer to
     *     the old one would be taken for its own
     */
    public ProposeResult propose(long proposalId, Entry.Command command) {
        return voter == null
                ? new ProposeResult.NoLeader()
                : voter.sequencePaxos().propose(proposalId, command);
    }

    /**
     * Proposes the next configuration, as {@link #propose} does an entry. It is in force when its stop sign is decided, which
     * {@link #status} shows: whatever becomes of the proposal, look there before it is repeated.
     *
     * @return {@link ProposeResult.Outdated} unless {@code next} follows on the configuration in force here and no other change is
     *     under way
     */
    public ProposeResult reconfigure(long proposalId, Configuration next) {
        if (next.id() != configuration().id() + 1 || acceptor.log().isSealed()) {
            return new ProposeResult.Outdated();
        }
        return voter == null
                ? new ProposeResult.NoLeader()
                : voter.sequencePaxos().propose(proposalId, new Entry.StopSign(next));
    }

    /**
     * Asks up to which index a linearizable read must see the log applied. Exactly one {@link Output.ReadOutcome} follows.
     *
     * @param readId never used for another read, not even before a restart (begin at a random number): a late answer to the old
     *     one would allow a stale read
     */
    public void requestReadIndex(long readId) {
        if (voter == null) {
            outbox.tell(new Output.ReadOutcome.Failed(readId));
        } else {
            voter.sequencePaxos().requestReadIndex(readId);
        }
    }

    /**
     * The link to a node was established (again), or messages to or from it may be lost for another reason. A learner asks all that
     * it ever had a link to, for the replicas that it knows of may be gone.
     */
    public void reconnected(NodeId peer) {
        logFollower.met(peer);
        if (voter != null) {
            voter.reconnected(peer);
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
     * What a state that covers {@code index} entries, told as decided here, has to be kept with; null when an earlier configuration
     * was in force then: take the state when more is applied.
     *
     * @throws IllegalArgumentException when they were not told yet
     */
    public @Nullable SnapshotMark mark(long index) {
        if (index > toldDecidedIndex) {
            throw new IllegalArgumentException("A state of " + index + " entries, told are " + toldDecidedIndex);
        }
        boolean isInForce = index >= acceptor.standing().since();
        return isInForce ? new SnapshotMark(index, configuration(), acceptor.promise()) : null;
    }

    /**
     * The host has installed, durably, the state of this mark. Entries below are not told any more. A repetition, or a state that
     * is older than what is decided here, changes nothing but that. After a crash the host repeats it when its state covers more
     * than the recovered decided index, before anything else.
     */
    public void snapshotInstalled(SnapshotMark mark) {
        if (mark.index() > acceptor.log().decidedIndex()) {
            if (mark.configuration().id() > configuration().id()) {
                endConfiguration();
                acceptor.enterBySnapshot(mark);
                beginConfiguration();
            } else if (voter != null) {
                voter.snapshotInstalled(mark);
            } else {
                acceptor.installSnapshot(mark);
            }
            leaveIfBoundToNobody();
        }
        toldDecidedIndex = Math.max(toldDecidedIndex, mark.index());
    }

    /** The batch of this token, and with it every earlier one, is durable. */
    public void persisted(long token) {
        acceptor.persisted(token);
        if (voter != null) {
            voter.sequencePaxos().onPersisted();
        }
        goOnAfterStopSign();
    }

    /** Sets the priority of this node's next ballot; the ballot that leads now goes on. */
    public void setPriority(int priority) {
        this.priority = priority;
        if (voter != null) {
            voter.setPriority(priority);
        }
    }

    /**
     * Makes this node a candidate at once. It deposes a leader that may be perfectly well; no-op on the leader itself and on a
     * learner.
     */
    public void tryBecomeLeader() {
        if (voter != null) {
            voter.tryBecomeLeader();
        }
    }

    /**
     * Hands the lead over to another replica, which asks for it at once: no timeout passes, and what is proposed meanwhile is taken up
     * or superseded. Best effort: look at {@link #status} before it is repeated.
     *
     * @param to or null for the follower that can be reached and has the most on its disk
     * @return false when this node does not lead, or nobody is there who has taken its log over
     */
    public boolean transferLeadership(@Nullable NodeId to) {
        return voter != null && voter.transferLeadership(to);
    }

    /** Whether {@link #takeOutput} has something to tell. */
    public boolean hasOutput() {
        return !outbox.isEmpty()
                || acceptor.hasWrites()
                || toldDecidedIndex < acceptor.log().decidedIndex()
                || (voter != null && voter.sequencePaxos().hasUnsent())
                || logFeed.hasUnsent();
    }

    /** What the host must do because of the inputs since the last call. */
    public Output takeOutput() {
        if (voter != null) {
            voter.sequencePaxos().flush();
        }
        logFeed.flush();
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
        return new Status(
                self,
                configuration(),
                voter == null ? Role.LEARNER : voter.role(),
                voter == null ? Phase.NONE : voter.phase(),
                acceptor.promise(),
                acceptor.acceptedRound(),
                voter == null ? null : voter.leader(),
                acceptor.log().acceptedIndex(),
                acceptor.log().decidedIndex(),
                acceptor.log().compactedIndex(),
                voter == null ? 0 : voter.roundStartIndex(),
                voter != null && voter.isHappy(),
                voter == null ? List.of() : voter.peers());
    }

    private Configuration configuration() {
        return acceptor.configuration();
    }

    /**
     * The stop sign is decided: the next configuration is in force. All that this takes becomes durable in one batch. Whoever led
     * leads the next one too if it can; else the first of the old replicas that stay.
     */
    private void goOnAfterStopSign() {
        while (acceptor.log().isEndDecided()) {
            Configuration before = configuration();
            Configuration next = acceptor.log().lastStopSign().next();
            NodeId first = isUpToDate() ? next.firstCandidate(before, voter == null ? null : voter.leader()) : null;
            endConfiguration();
            acceptor.enterNext(next);
            beginConfiguration();
            if (voter != null && self.equals(first)) {
                voter.tryBecomeLeader();
            } else if (voter != null) {
                voter.sequencePaxos().askForPrepare();
            }
        }
    }

    /** Else the next configuration may have a leader for long. */
    private boolean isUpToDate() {
        return voter == null ? !logFollower.isLeftBehind() : voter.phase() == Phase.ACCEPT;
    }

    private void endConfiguration() {
        if (voter != null) {
            voter.end();
            voter = null;
        }
        logFeed.flush();
        proposals.supersedeAll();
    }

    private void beginConfiguration() {
        if (acceptor.standing().votes(self) && !acceptor.promise().isOfNobody()) {
            Voter next = new Voter(self, settings, acceptor, outbox, proposals);
            next.setPriority(priority);
            voter = next;
        } else {
            logFollower.onConfiguration();
        }
    }

    /** It is not known under which ballots of this configuration the log was decided: this node votes in it no more. */
    private void leaveIfBoundToNobody() {
        if (voter != null && acceptor.promise().isOfNobody()) {
            endConfiguration();
        }
    }
}
