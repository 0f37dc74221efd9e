package io.omnisql.node.membership;

import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node says to one that is no peer yet.
 *
 * @param clusterUid of the cluster that it asks about
 * @param memberId its own; 0 when it has none yet
 * @param incarnation of its data folder
 * @param found the first configuration of the cluster, told by its founder to the others; null when it only asks
 */
public record Introduction(
        UUID clusterUid,
        long memberId,
        UUID incarnation,
        @Nullable Roster found) {

    /**
     * The answer.
     *
     * @param clusterUid to which it belongs, or is about to
     * @param memberId as which
     * @param incarnation of its data folder
     * @param address at which it is reached
     * @param founding the configuration with which it founded the cluster; null when it is none of the founders
     * @param configuration the latest one that it knows; null while it belongs to no cluster
     * @param learning how it follows the log; null while it belongs to no cluster
     */
    public record Answer(
            UUID clusterUid,
            long memberId,
            UUID incarnation,
            String address,
            @Nullable Roster founding,
            @Nullable Roster configuration,
            @Nullable Learning learning) {}

    /**
     * How far a node has come on its way to a vote.
     *
     * @param isLearner whether it runs and has no vote
     * @param caughtUp whether it has executed nearly all that was decided
     * @param lagEntries how much of it is missing
     * @param acceptedIndex how much of the log it holds
     */
    public record Learning(boolean isLearner, boolean caughtUp, long lagEntries, long acceptedIndex) {}

    /** The way to a node that is no peer yet. Blocks, for a bounded time. */
    @FunctionalInterface
    public interface Asking {
        /** The answer of the node at {@code address}, as bytes like the question. */
        byte[] ask(String address, byte[] question) throws IOException;
    }

    /** Asks the node at {@code address}. */
    public Answer ask(String address, Asking asking) throws IOException {
        return Json.read(asking.ask(address, Json.write(this)), Answer.class);
    }
}
