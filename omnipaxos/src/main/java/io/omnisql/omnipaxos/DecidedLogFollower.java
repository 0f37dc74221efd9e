package io.omnisql.omnipaxos;

import io.omnisql.omnipaxos.Message.FollowRequest;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Asks other nodes for the decided log, one at a time: always at a learner, and at a replica that the group has left behind. */
final class DecidedLogFollower {
    private static final int UNANSWERED_PERIODS_MAX = 2;
    private static final int ACQUAINTANCES_MAX = 64;

    private final NodeId self;
    private final Acceptor acceptor;
    private final Outbox outbox;
    private final TreeSet<NodeId> acquaintances = new TreeSet<>(); // The replicas known here may be gone.
    private @Nullable NodeId source;
    private long latestConfigurationId;
    private int unansweredPeriods;

    DecidedLogFollower(NodeId self, Acceptor acceptor, Outbox outbox) {
        this.self = self;
        this.acceptor = acceptor;
        this.outbox = outbox;
    }

    /** This node can be reached, and may know more than the replicas that are known here. */
    void met(NodeId node) {
        if (acquaintances.size() < ACQUAINTANCES_MAX) {
            acquaintances.add(node);
        }
    }

    /** A node speaks of a later configuration than the one here: it has what leads there. */
    void onLaterConfiguration(NodeId teller, long configurationId) {
        met(teller);
        if (configurationId > latestConfigurationId) {
            latestConfigurationId = configurationId;
            source = teller;
            ask();
        }
    }

    boolean isLeftBehind() {
        return latestConfigurationId > acceptor.configuration().id();
    }

    /** Asks for what follows on the decided log here. */
    void ask() {
        NodeId asked = source == null ? next(null) : source;
        source = asked;
        if (asked != null) {
            long configurationId = acceptor.configuration().id();
            outbox.send(asked, new FollowRequest(configurationId, acceptor.log().decidedIndex()));
        }
    }

    /** An answer came. Who has nothing new may itself be behind: the next question is for another node. */
    void answered(NodeId by, boolean isNews) {
        source = isNews ? by : next(by);
        unansweredPeriods = 0;
    }

    /** Another configuration is in force: its replicas know what follows. */
    void onConfiguration() {
        source = null;
        ask();
    }

    /** Asks another node when this one said nothing for longer than it may take its time. */
    void resend() {
        unansweredPeriods++;
        if (unansweredPeriods >= UNANSWERED_PERIODS_MAX) {
            unansweredPeriods = 0;
            source = next(source);
            ask();
        }
    }

    /** The node after {@code one} in the circle of all that may know more. */
    private @Nullable NodeId next(@Nullable NodeId one) {
        TreeSet<NodeId> others = new TreeSet<>(acquaintances);
        others.addAll(acceptor.configuration().replicas());
        others.remove(self);
        NodeId later = one == null ? null : others.higher(one);
        return later == null && !others.isEmpty() ? others.getFirst() : later;
    }
}
