package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Message.HeartbeatReply;
import io.omnisql.omnipaxos.Message.HeartbeatRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who may lead: a replica that hears a quorum, be its log long or short. It serves liveness only; Sequence Paxos is safe
 * whatever is chosen here. All of its state is volatile.
 *
 * <p>A node follows the highest ballot that it hears from its owner. That somebody else follows a ballot is counted, never
 * adopted: gossip would let two nodes that do not hear each other depose each other for ever.
 */
final class BallotLeaderElection {
    private static final int ROUND_BITS = 32;
    private static final int TIMEOUTS_GIVEN_WAY = 5;

    private final Members members;
    private final Quorum quorum;
    private final long configurationId;
    private final Outbox outbox;
    private final @Nullable HeartbeatReply[] replies;
    private @Nullable HeartbeatReply[] lastReplies;
    private int priority;
    private Ballot own;
    private Ballot leader;
    private boolean happy = true;
    private long round;
    private int timeoutsToGiveWay;

    BallotLeaderElection(Members members, Configuration configuration, int priority, Ballot promise, Outbox outbox) {
        this.members = members;
        this.quorum = configuration.quorum();
        this.configurationId = configuration.id();
        this.outbox = outbox;
        this.priority = priority;
        this.replies = new HeartbeatReply[members.count()];
        this.lastReplies = replies.clone();
        // After a crash this node owns no ballot that counts, so the others see that their leader is gone.
        this.own = ballot(promise.isNone() ? 1 : 0);
        this.leader = promise.isNone() ? own : promise;
        // Replies to rounds of a former life must not count: most end with a higher promise than they began with.
        this.round = promise.number() << ROUND_BITS;
        newRound();
    }

    boolean isHappy() {
        return happy;
    }

    /** Whether the member answered in the last complete round. */
    boolean isConnected(int member) {
        return lastReplies[member] != null;
    }

    /** Counts from the next ballot of this node on: it biases an election that happens anyway and deposes nobody. */
    void setPriority(int priority) {
        this.priority = priority;
    }

    /** A ballot above all that this node knows of, owned by it. */
    Ballot takeOver(Ballot promise) {
        own = ballot(Math.max(leader.number(), promise.number()) + 1);
        leader = own;
        happy = true;
        return own;
    }

    /**
     * This node led, or tried to, and cannot. Its ballot counts no more, so the others see that their leader is gone; for some
     * timeouts they have precedence. Not for ever: it may be the only one that hears a quorum.
     */
    void giveWay() {
        own = ballot(0);
        timeoutsToGiveWay = TIMEOUTS_GIVEN_WAY;
    }

    void onRequest(int from, HeartbeatRequest request) {
        outbox.send(from, new HeartbeatReply(request.round(), own, leader, happy));
    }

    /** One reply of each member counts, however often it arrives. */
    void onReply(int from, HeartbeatReply reply) {
        if (reply.round() == round) {
            replies[from] = reply;
        }
    }

    /**
     * Judges the round that ends and opens the next.
     *
     * @param isAccepting whether this node leads in the accept phase
     * @param promise what Sequence Paxos follows; it may know of a leader first
     * @return this node's ballot if it shall lead, else null
     */
    @Nullable
    Ballot onElectionTimeout(boolean isAccepting, Ballot promise) {
        followHighest();
        happy = judge(isAccepting);
        timeoutsToGiveWay = Math.max(0, timeoutsToGiveWay - 1);
        if (!happy && timeoutsToGiveWay == 0 && hearsPrepareQuorum() && nobodyIsHappy()) {
            own = ballot(leader.number() + 1);
            leader = own;
            happy = true;
        }
        rescueStranded();
        newRound();
        if (promise.compareTo(leader) > 0) {
            leader = promise;
            happy = true;
            own = members.leaderOf(promise) == members.self() ? promise : own;
        }
        return leader.equals(own) ? own : null;
    }

    /** Only the neighbours' own ballots count, never hearsay. */
    private void followHighest() {
        for (HeartbeatReply reply : replies) {
            if (reply != null && reply.ballot().compareTo(leader) > 0) {
                leader = reply.ballot();
            }
        }
    }

    private boolean judge(boolean isAccepting) {
        if (!leader.equals(own)) {
            return hearsHappyLeader();
        }
        int supporters = 1;
        for (HeartbeatReply reply : replies) {
            if (reply != null && reply.leader().compareTo(own) <= 0) {
                supporters++;
            }
        }
        int needed = isAccepting ? quorum.accept() : quorum.prepare();
        return supporters >= needed || aHappyNeighbourFollowsHigher();
    }

    private boolean hearsHappyLeader() {
        for (HeartbeatReply reply : replies) {
            if (reply != null && reply.ballot().equals(leader) && reply.happy()) {
                return true;
            }
        }
        return false;
    }

    /** Somebody else's sound leader excuses this one. */
    private boolean aHappyNeighbourFollowsHigher() {
        for (HeartbeatReply reply : replies) {
            if (reply != null && reply.happy() && reply.leader().compareTo(own) > 0) {
                return true;
            }
        }
        return false;
    }

    private boolean nobodyIsHappy() {
        for (HeartbeatReply reply : replies) {
            if (reply != null && reply.happy()) {
                return false;
            }
        }
        return true;
    }

    private boolean hearsPrepareQuorum() {
        int heard = 1;
        for (HeartbeatReply reply : replies) {
            heard += reply != null ? 1 : 0;
        }
        return heard >= quorum.prepare();
    }

    /**
     * A node may have promised a ballot above this leader's whose Prepares were lost: it would refuse everything, and nobody would
     * raise a ballot. Only unhappy neighbours count, so no established leader is toppled.
     */
    private void rescueStranded() {
        if (!leader.equals(own) || !happy || aHappyNeighbourFollowsHigher() || !hearsPrepareQuorum()) {
            return;
        }
        long stranded = -1;
        for (HeartbeatReply reply : replies) {
            if (reply != null && !reply.happy() && reply.leader().compareTo(own) > 0) {
                stranded = Math.max(stranded, reply.leader().number());
            }
        }
        if (stranded >= 0) {
            own = ballot(stranded + 1);
            leader = own;
        }
    }

    private void newRound() {
        lastReplies = replies.clone();
        Arrays.fill(replies, null);
        round++;
        outbox.sendToPeers(new HeartbeatRequest(configurationId, round));
    }

    private Ballot ballot(long number) {
        return new Ballot(
                configurationId, number, priority, members.node(members.self()).value());
    }
}
