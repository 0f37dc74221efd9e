package io.omnisql.omnipaxos;

import java.util.List;

/** One change of the durable state. All writes of one {@link Output} are one atomic batch, in this order. */
public sealed interface LogWrite {

    /** The configuration in force at this node and what it may do in it. Promise and accepted round that follow belong to it. */
    record SetStanding(Standing standing) implements LogWrite {}

    /** The greatest ballot that this node follows. */
    record SetPromise(Ballot promise) implements LogWrite {}

    /** The ballot in which the log's tail was last synchronised. */
    record SetAcceptedRound(Ballot acceptedRound) implements LogWrite {}

    /** Entries from slot {@code from} on; whatever the log held at or beyond {@code from} is replaced. */
    record AppendEntries(long from, List<Entry> entries) implements LogWrite {
        public AppendEntries {
            entries = List.copyOf(entries);
        }
    }

    /** Entries below this index are decided. May be written lazily: it is learned again from a leader. */
    record SetDecidedIndex(long decidedIndex) implements LogWrite {}

    /**
     * Entries below this index are needed no more: they may be deleted. A log that ends before it becomes an empty one that
     * begins there, for a state installed from elsewhere covers all that is below.
     */
    record SetCompactedIndex(long compactedIndex) implements LogWrite {}
}
