package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Status;

/**
 * How much of the log is kept. As long as it is small, all that any member may still need; beyond its bound half of that, whoever
 * lags: a member that is away for so long gets a snapshot instead. What this node's PostgreSQL may lose is kept in any case.
 *
 * @param retainedBytesMax the bound
 * @param slackEntries kept besides, so that a short absence never costs a snapshot
 */
public record TrimPolicy(long retainedBytesMax, long slackEntries) {

    /**
     * Up to where the log may be trimmed.
     *
     * @param durableAppliedIndex entries whose effect survives power loss
     * @param halfIndex from here on the log takes half of the bound
     * @param isAwaited whether a node installs a snapshot: it will go on from there, and is in no round until then
     */
    public long index(
            Status status, long durableAppliedIndex, LogActivity.Retained retained, long halfIndex, boolean isAwaited) {
        long goal = isAwaited ? 0 : neededByNobody(status, durableAppliedIndex);
        if (retained.bytes() > retainedBytesMax) {
            goal = Math.max(goal, Math.min(durableAppliedIndex, halfIndex));
        }
        return goal;
    }

    /** Only a leader knows what the others hold, and only of those that joined its round. */
    private long neededByNobody(Status status, long durableAppliedIndex) {
        if (!status.isLeading()) {
            return 0;
        }
        long least = durableAppliedIndex;
        for (Status.Peer peer : status.peers()) {
            least = Math.min(least, peer.acceptedIndex());
        }
        return Math.max(0, least - slackEntries);
    }
}
