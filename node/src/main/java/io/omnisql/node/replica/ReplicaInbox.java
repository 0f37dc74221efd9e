package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;

/** Where the transport hands in what peers say. Never blocks; callable from any thread. */
public interface ReplicaInbox {

    /** A message arrived. Dropped, and counted, when the mailbox is full: the protocol repeats what matters. */
    void received(NodeId from, Message message);

    /** The link to a peer was made again: messages either way may have been lost. */
    void reconnected(NodeId peer);
}
