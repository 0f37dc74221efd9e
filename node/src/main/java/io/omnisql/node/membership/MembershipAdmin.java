package io.omnisql.node.membership;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an administrator, mostly the operator, asks of a node. All methods may block, for a bounded time; orders may be repeated. */
public interface MembershipAdmin {
    /** As it is now. */
    MembershipView view();

    /** A node without a cluster shall follow the log of this one, and may be made a member then. */
    Reply join(Join order);

    /** Other members. */
    Reply reconfigure(Change.Request order);

    /** The lead goes to this member, or to the best one when none is named. */
    Reply handOver(@Nullable Long memberId);

    /** Another priority of a member; the same members otherwise. */
    Reply prioritise(long memberId, int priority);

    /** A snapshot of this node is made ready for peers. */
    Reply takeSnapshot();

    /** All of the log that this node has executed durably is given up. */
    Reply trim();

    /** Clients are sent away, or taken again. */
    Reply drain(boolean drain);

    /** A node that is no member any more gives up its identity and its data. */
    Reply retire();

    /**
     * The quorum is lost for ever: this member goes on as a cluster of its own. Only while no quorum answers.
     *
     * @param typedUid of the cluster, as a sign that its owner means this one
     */
    Reply recoverFromQuorumLoss(UUID typedUid);

    /**
     * The command at this slot, which takes too long, is given up by all members alike, as long as none has got through it.
     *
     * @param anyway even if the members changed since it was decided: no former member may have told anybody of its effect
     */
    Reply giveUp(long slot, boolean anyway);

    /**
     * Whom to join.
     *
     * @param memberId never used before
     * @param members addresses of nodes of the cluster, of which one must answer
     */
    record Join(UUID clusterUid, long memberId, List<String> members) {
        public Join {
            Objects.requireNonNull(clusterUid, "clusterUid");
            members = List.copyOf(Objects.requireNonNull(members, "members"));
        }
    }
}
