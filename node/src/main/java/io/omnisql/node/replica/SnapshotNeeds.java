package io.omnisql.node.replica;

import io.omnisql.omnipaxos.NodeId;

/** Hears that this node cannot go on from the log, because the entries that it lacks are gone everywhere. */
public interface SnapshotNeeds {

    /**
     * This node needs a state that covers at least {@code minimumIndex} entries. Repeated while it lasts. Called on the replica
     * thread: implementations only hand over.
     *
     * @param teller who no longer has the entries
     */
    void required(NodeId teller, long minimumIndex);
}
