package io.omnisql.node.membership;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node as a member, for the admin API: these names do not change.
 *
 * @param clusterUid null until it belongs to a cluster
 * @param memberId null until it belongs to a cluster
 * @param incarnation of its data folder
 * @param address at which its peers reach it
 * @param configuration in force here; null until it belongs to a cluster
 * @param leader whom it follows, or null
 * @param caughtUp whether it has executed about as much as it knows, or is told by members, to be decided, and moves on
 * @param lagEntries how much of that is missing
 * @param draining whether it sends its clients away
 * @param founded whether its cluster exists
 */
public record MembershipView(
        @Nullable UUID clusterUid,
        @Nullable Long memberId,
        UUID incarnation,
        State state,
        String address,
        @Nullable Roster configuration,
        @Nullable Long leader,
        long acceptedIndex,
        long decidedIndex,
        long appliedIndex,
        long trimmedIndex,
        boolean caughtUp,
        long lagEntries,
        boolean draining,
        boolean founded,
        String version) {
    /** What a node may do. */
    public enum State {
        /** It has an empty folder and belongs to no cluster. */
        Joining,
        /** It follows the decided log and does not vote. */
        Learner,
        /** It is a read replica: it follows the decided log for ever and never votes. */
        Reading,
        /** It is a member. */
        Voting,
        /** It was a member, or its id was passed over: it never votes again under this identity. */
        Retired;

        /** In a configuration; one that has forgotten what it promised is named and does not vote. */
        public static State of(Roster current, long memberId, boolean votes) {
            if (ReaderId.is(memberId)) {
                return Reading;
            }
            if (current.member(memberId).isPresent()) {
                return votes ? Voting : Learner;
            }
            return memberId < current.nextMemberId() ? Retired : Learner;
        }
    }
}
