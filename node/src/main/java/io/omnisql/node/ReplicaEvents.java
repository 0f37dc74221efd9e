package io.omnisql.node;

import io.omnisql.node.gateway.Gateway;
import io.omnisql.node.membership.StatusWatch;
import io.omnisql.node.replica.ReplicaListener;
import io.omnisql.omnipaxos.Output.ProposalOutcome;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import io.omnisql.omnipaxos.ProposeResult;
import io.omnisql.omnipaxos.Status;

/** Tells what the replica says to all rooms that must hear of it. */
record ReplicaEvents(Gateway gateway, ConfigurationSwitch configuration, StatusWatch watch) implements ReplicaListener {
    @Override
    public void notProposed(long proposalId, ProposeResult reason) {
        gateway.notProposed(proposalId, reason);
    }

    @Override
    public void proposal(ProposalOutcome outcome) {
        gateway.proposal(outcome);
    }

    @Override
    public void read(ReadOutcome outcome) {
        gateway.read(outcome);
    }

    @Override
    public void changed(Status status) {
        gateway.changed(status);
        configuration.changed(status);
        watch.changed();
    }
}
