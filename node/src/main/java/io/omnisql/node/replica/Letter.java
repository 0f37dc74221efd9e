package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import org.jspecify.annotations.Nullable;

/** What one waits in the mailbox for. */
sealed interface Letter {
    /** A peer's message. */
    record FromPeer(NodeId from, Message message) implements Letter {}

    /** The link to a peer stands again. */
    record Reconnected(NodeId peer) implements Letter {}

    /** A command of a client of this node. */
    record Propose(long proposalId, Entry.Command command) implements Letter {}

    /** A linearizable read of a client of this node. */
    record ReadIndex(long readId) implements Letter {}

    /** The operator wants another node to lead: the one named, or the best. */
    record HandOver(@Nullable NodeId to) implements Letter {}

    /** The operator of the node wants this one to lead. */
    record Lead() implements Letter {}
}
