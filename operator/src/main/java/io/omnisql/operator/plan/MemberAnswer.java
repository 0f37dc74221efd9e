package io.omnisql.operator.plan;

import org.jspecify.annotations.Nullable;

/**
 * What a node told about itself.
 *
 * @param clusterUid the cluster it belongs to, if any
 * @param memberId its id, if it has one
 * @param incarnation the life of its disk: another one after the disk was emptied
 * @param configuration the newest one it knows
 * @param leader id of the member that it sees leading
 * @param acceptedIndex how much of the log it holds
 * @param decidedIndex how much of that was decided for sure
 * @param caughtUp it has executed what was decided
 */
public record MemberAnswer(
        @Nullable String clusterUid,
        @Nullable Long memberId,
        String incarnation,
        State state,
        String address,
        @Nullable Configuration configuration,
        @Nullable Long leader,
        long acceptedIndex,
        long decidedIndex,
        boolean caughtUp,
        boolean founded,
        String version) {
    /** Id of the newest configuration that it knows; 0 when it knows none. */
    long configurationId() {
        return configuration == null ? 0 : configuration.id();
    }

    /** How far a node's way into the cluster is. */
    public enum State {
        /** Its disk is empty. */
        JOINING,
        /** It follows without a vote. */
        LEARNER,
        /** It votes. */
        VOTING,
        /** The newest configuration does not name it any more. */
        RETIRED
    }
}
