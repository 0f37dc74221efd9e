package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;

/** The way to the other replicas. */
public interface PeerLinks {

    /**
     * Sends without waiting, in order per peer while the link stands. A message that cannot leave (no link, queue full) is
     * dropped; the inbox hears {@link ReplicaInbox#reconnected} when the link stands again, and the protocol repairs the gap.
     * May be called from any thread.
     */
    void send(NodeId to, Message message);

    /**
     * The same for a message that is worth no packet of its own: it leaves with the next one to that peer, and at the latest with
     * {@link #flush}.
     */
    default void sendInCompany(NodeId to, Message message) {
        send(to, message);
    }

    /** Sends what waits for company. */
    default void flush() {}
}
