package io.omnisql.omnipaxos;

import java.util.List;

/**
 * What one step asks of the host.
 *
 * <p>Order: messages of {@code immediate} may leave at once. {@code writes} is one atomic batch; when it is durable (survives
 * power loss) the host calls {@link OmniPaxos#persisted} with {@code token} and only then sends {@code afterDurable}. Batches
 * become durable in the order of their tokens. Decided entries may be executed at once: a quorum has them on disk.
 *
 * @param token names the batch of {@code writes}; 0 and without meaning when there are neither writes nor {@code afterDurable}
 * @param writes one atomic, ordered batch, may be empty
 * @param immediate messages that promise nothing about this node's disk
 * @param afterDurable messages that speak of what {@code writes} holds
 * @param decidedFrom slot of the first entry of {@code decided}
 * @param decided entries newly decided, in log order, each told exactly once since the start, beginning at the recovered decided
 *     index; after a crash that may be below what was told before
 * @param catchUps decided entries that the host shall read from its durable log and send
 * @param snapshotsRequired states that the host shall fetch and install, because the entries are gone; repeated while it lasts
 * @param reads what became of linearizable reads
 * @param proposals what became of this node's own proposals
 */
public record Output(
        long token,
        List<LogWrite> writes,
        List<Outgoing> immediate,
        List<Outgoing> afterDurable,
        long decidedFrom,
        List<Entry> decided,
        List<CatchUp> catchUps,
        List<SnapshotRequired> snapshotsRequired,
        List<ReadOutcome> reads,
        List<ProposalOutcome> proposals) {

    public Output {
        writes = List.copyOf(writes);
        immediate = List.copyOf(immediate);
        afterDurable = List.copyOf(afterDurable);
        decided = List.copyOf(decided);
        catchUps = List.copyOf(catchUps);
        snapshotsRequired = List.copyOf(snapshotsRequired);
        reads = List.copyOf(reads);
        proposals = List.copyOf(proposals);
    }

    /** A message and the peer that gets it, never this node itself. */
    public record Outgoing(NodeId to, Message message) {}

    /**
     * Entries [from, until) of the decided log, too old for memory: the host reads them (off the replica thread), may shorten
     * the range at its end to keep a frame small, and sends them as {@link #answer}.
     *
     * @param isFollowed whether the receiver asked for the log by itself; else it lags in a prepare phase
     */
    public record CatchUp(NodeId to, Ballot ballot, long from, long until, boolean isFollowed) {
        /** The message that brings these entries, of which {@code from} is the first. */
        public Message answer(List<Entry> entries) {
            return isFollowed
                    ? new Message.FollowedEntries(ballot, from, entries)
                    : new Message.DecidedEntries(ballot, from, entries);
        }
    }

    /**
     * This node lacks decided entries that {@code teller} no longer has: it needs a state that covers at least
     * {@code minimumIndex} entries, of whatever node. The host installs it and calls {@link OmniPaxos#snapshotInstalled}.
     */
    public record SnapshotRequired(NodeId teller, long minimumIndex) {}

    /** What became of a linearizable read. */
    public sealed interface ReadOutcome {
        /** The id that the host gave in {@link OmniPaxos#requestReadIndex}. */
        long readId();

        /** The read sees every earlier write once {@code readIndex} entries are applied. */
        record Ready(long readId, long readIndex) implements ReadOutcome {}

        /** No leader could vouch for it: ask again. */
        record Failed(long readId) implements ReadOutcome {}
    }

    /** What became of a proposal of this node. */
    public sealed interface ProposalOutcome {
        /** The id that the host gave in {@link OmniPaxos#propose}. */
        long proposalId();

        /** The leader of {@code ballot} put it at {@code slot}. It is not decided yet. */
        record Placed(long proposalId, Ballot ballot, long slot) implements ProposalOutcome {}

        /** The entry at its slot was decided, and it is this proposal. */
        record Decided(long proposalId, long slot) implements ProposalOutcome {}

        /**
         * Its way was lost: another ballot took over, the link broke or the leader refused it. It may be in the log or not:
         * propose it again under the same request id.
         */
        record Superseded(long proposalId) implements ProposalOutcome {}
    }
}
