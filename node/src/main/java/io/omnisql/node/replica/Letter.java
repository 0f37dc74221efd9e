package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.SnapshotMark;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one waits in the mailbox for. */
sealed interface Letter {
    /** Whether a client proposes something: it may wait while the log is busy. */
    default boolean isProposal() {
        return this instanceof Propose
                || (this instanceof FromPeer(var _, Message message) && message instanceof Message.ForwardedProposal);
    }

    /** What it holds of the log, in bytes. */
    default long bytes() {
        return switch (this) {
            case FromPeer(NodeId _, Message message) -> bytes(message);
            case Propose(long _, Entry.Command command) -> command.sizeBytes();
            case Reconnected _, ReadIndex _, HandOver _, Reconfigure _, SetPriority _, Mark _, Trim _, Lead _ -> 0;
        };
    }

    private static long bytes(Message message) {
        return switch (message) {
            case Message.AcceptDecide more -> bytes(more.entries());
            case Message.AcceptSync sync -> bytes(sync.sync());
            case Message.Promise promise -> bytes(promise.sync());
            case Message.DecidedEntries decided -> bytes(decided.entries());
            case Message.FollowedEntries followed -> bytes(followed.entries());
            case Message.ForwardedProposal proposal -> proposal.entry().sizeBytes();
            case Message.OfBallot _, Message.OfGroup _, Message.HeartbeatRequest _ -> 0;
        };
    }

    private static long bytes(Message.@Nullable LogSync sync) {
        return sync == null ? 0 : bytes(sync.suffix());
    }

    private static long bytes(List<Entry> entries) {
        long bytes = 0;
        for (Entry entry : entries) {
            bytes += entry.sizeBytes();
        }
        return bytes;
    }

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

    /** The operator wants another configuration; tells whether it was taken up. */
    record Reconfigure(long proposalId, Configuration next, CompletableFuture<ProposeResult> answer)
            implements Letter {}

    /** The configuration gives this node another priority. */
    record SetPriority(int priority) implements Letter {}

    /** Somebody took a state that covers so many entries; empty when an earlier configuration was in force then. */
    record Mark(long index, CompletableFuture<Optional<SnapshotMark>> answer) implements Letter {}

    /** Entries below are needed no more. */
    record Trim(long index) implements Letter {}

    /** The operator of the node wants this one to lead. */
    record Lead() implements Letter {}
}
