package io.omnisql.omnipaxos;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What replicas tell each other. Every message names its configuration; one of another configuration is refused at the door.
 * A message is immutable from the moment it is made: nothing is ever added to one that waits in a queue.
 */
public sealed interface Message {

    /** The configuration that the message belongs to. */
    long configurationId();

    /** A message that belongs to one ballot, and by it to a configuration. */
    sealed interface OfBallot extends Message {
        /** The ballot that the message belongs to. */
        Ballot ballot();

        @Override
        default long configurationId() {
            return ballot().configurationId();
        }
    }

    /** A message between nodes of the group, replicas or not, whatever configuration each of them lives in. */
    sealed interface OfGroup extends Message {}

    /** Place in the stream from one leader to one follower: a new session at every AcceptSync, counter 1 for it. */
    record Sequence(long session, long counter) implements Comparable<Sequence> {
        /** Before any session. */
        public static final Sequence NONE = new Sequence(0, 0);

        Sequence next() {
            return new Sequence(session, counter + 1);
        }

        @Override
        public int compareTo(Sequence other) {
            int bySession = Long.compare(session, other.session);
            return bySession != 0 ? bySession : Long.compare(counter, other.counter);
        }
    }

    /** What a lagging log needs: keep it below {@code syncIndex}, replace all from there on by {@code suffix}. */
    record LogSync(long syncIndex, List<Entry> suffix) {
        public LogSync {
            suffix = List.copyOf(suffix);
        }

        /** Length of the log after it is installed. */
        public long end() {
            return syncIndex + suffix.size();
        }
    }

    /** Follower to all: send me a Prepare, I recover; {@code ballot} is my promise. */
    record PrepareRequest(Ballot ballot) implements OfBallot {}

    /** Leader to follower: opens a round and tells how much of the log the leader has. */
    record Prepare(Ballot ballot, Ballot acceptedRound, long acceptedIndex, long decidedIndex) implements OfBallot {}

    /** Follower to leader: I follow this ballot; here is how far my log goes, and what of it the leader lacks. */
    record Promise(
            Ballot ballot,
            Ballot acceptedRound,
            long acceptedIndex,
            long decidedIndex,
            @Nullable LogSync sync) implements OfBallot {
        /** The same without the log. */
        Promise withoutSync() {
            return sync == null ? this : new Promise(ballot, acceptedRound, acceptedIndex, decidedIndex, null);
        }
    }

    /** Leader to follower: the start of a session; makes the follower's log equal to the leader's. */
    record AcceptSync(Ballot ballot, Sequence sequence, long decidedIndex, LogSync sync) implements OfBallot {}

    /** Leader to follower: the next entries, and how far the log is decided. */
    record AcceptDecide(Ballot ballot, Sequence sequence, long decidedIndex, List<Entry> entries) implements OfBallot {
        public AcceptDecide {
            entries = List.copyOf(entries);
        }
    }

    /** Follower to leader: my log up to {@code acceptedIndex} is durable and equal to yours. Cumulative. */
    record Accepted(Ballot ballot, long acceptedIndex) implements OfBallot {}

    /** Follower to a stale leader: I promised {@code ballot}, which is above yours. */
    record NotAccepted(Ballot ballot) implements OfBallot {}

    /** Leader to follower: the log is decided up to here. */
    record Decide(Ballot ballot, Sequence sequence, long decidedIndex) implements OfBallot {}

    /** Leader to follower, from time to time: what you should have by now. Repairs a lost tail of the stream. */
    record Probe(Ballot ballot, Sequence lastSequence, long decidedIndex) implements OfBallot {}

    /**
     * Either way during PREPARE: entries that are decided, from slot {@code from}, so that a far lagging log comes near before
     * it is synchronised. Decided entries never change, so they bind nobody to a round.
     */
    record DecidedEntries(Ballot ballot, long from, List<Entry> entries) implements OfBallot {
        public DecidedEntries {
            entries = List.copyOf(entries);
        }
    }

    /**
     * To whoever is behind: decided entries that you lack are gone here, up to {@code minimumIndex}; you need a state that covers
     * them. It binds nobody.
     */
    record SnapshotRequired(long configurationId, long minimumIndex) implements OfGroup {}

    /** To whoever speaks of an earlier configuration: the group has gone on to this one. */
    record LaterConfiguration(long configurationId) implements OfGroup {}

    /** To any node: in my configuration I know of so much as decided, let me have what follows. */
    record FollowRequest(long configurationId, long from) implements OfGroup {}

    /**
     * Answer to {@link FollowRequest}: decided entries, perhaps none.
     *
     * @param ballot of the asker's configuration; no later one had a part in deciding those of the entries that belong to it
     */
    record FollowedEntries(Ballot ballot, long from, List<Entry> entries) implements OfGroup {
        public FollowedEntries {
            entries = List.copyOf(entries);
        }

        @Override
        public long configurationId() {
            return ballot.configurationId();
        }
    }

    /** Leader to a follower: lead in my place. */
    record TakeOver(Ballot ballot) implements OfBallot {}

    /** Coordinator to the leader it believes in: please propose this. */
    record ForwardedProposal(Ballot ballot, long proposalId, Entry entry) implements OfBallot {}

    /** Leader to coordinator: your proposal stands at {@code slot} in my round, or was refused (slot -1). */
    record ForwardOutcome(Ballot ballot, long proposalId, long slot) implements OfBallot {}

    /** Any to any: are you there? Opens a heartbeat round of ballot leader election. */
    record HeartbeatRequest(long configurationId, long round) implements Message {}

    /**
     * Answer to a heartbeat.
     *
     * @param ballot the sender's own ballot
     * @param leader the ballot that the sender follows; only counted, never adopted
     * @param happy whether the sender is, or hears, a leader that can make progress
     */
    record HeartbeatReply(long round, Ballot ballot, Ballot leader, boolean happy) implements OfBallot {}

    /** Coordinator to leader: up to which index must I have applied to see every earlier write? I have promised nothing higher. */
    record ReadIndexRequest(Ballot ballot, long readId) implements OfBallot {}

    /** Leader to coordinator: apply up to {@code readIndex}, or -1: ask again. */
    record ReadIndexReply(Ballot ballot, long readId, long readIndex) implements OfBallot {}

    /** Leader to followers: do you still follow this ballot? One confirmation serves all reads before it. */
    record ConfirmRound(Ballot ballot, long confirmation) implements OfBallot {}

    /** Follower to leader: yes, I have promised nothing higher. */
    record RoundConfirmed(Ballot ballot, long confirmation) implements OfBallot {}
}
