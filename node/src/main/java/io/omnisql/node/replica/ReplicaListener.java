package io.omnisql.node.replica;

import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Status;

/** Hears what became of the requests of this node. Called in a turn of the protocol, on whatever thread: implementations only hand over. */
public interface ReplicaListener {

    /** A proposal was not even taken up: it certainly is not in the log through this attempt. */
    void notProposed(long proposalId, ProposeResult reason);

    /** What became of a proposal that was taken up. */
    void proposal(ProposalOutcome outcome);

    /** What became of a linearizable read. */
    void read(ReadOutcome outcome);

    /** Role, ballot, phase or configuration changed. */
    void changed(Status status);
}
