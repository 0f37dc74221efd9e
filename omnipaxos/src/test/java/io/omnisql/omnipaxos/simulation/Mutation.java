package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Output;
import org.jspecify.annotations.Nullable;

/** A deliberate bug around the core, to prove that the checkers can fail. Each method is harmless by default. */
interface Mutation {
    /** No bug. */
    Mutation NONE = new Mutation() {};

    /** Changes what the host is asked to do. */
    default Output output(NodeId node, Output output) {
        return output;
    }

    /** Changes a message on its way, or loses it. */
    default @Nullable Message delivered(NodeId from, NodeId to, Message message) {
        return message;
    }

    /** Answers in the name of {@code to} at once, in place of asking it. */
    default @Nullable Message forgedAnswer(NodeId to, Message message) {
        return null;
    }

    /** Whether the disk says "durable" as soon as it is asked to write. */
    default boolean liesAboutDurability() {
        return false;
    }

    /**
     * Whether only what clients and hosts can see is checked (decided logs, outcomes, reads, rest), as if the inner rules of the
     * protocol were not known.
     */
    default boolean isJudgedByOutcomes() {
        return false;
    }
}
