package io.omnisql.node;

import io.omnisql.node.apply.Consent;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.replica.ReplicaLoop;
import io.omnisql.node.wal.WriteAheadLog;
import io.omnisql.omnipaxos.DurableState;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The members as the protocol's core has them, where the rooms, which follow a change a moment later, are not enough. */
record Members(ReplicaLoop loop, NodeId self) {
    /** How this node's applier comes to an agreement with them. */
    Consent consent(Path dataFolder, Duration executionMax, WriteAheadLog log, PeerCalls peers) {
        DurableState recovered = log.recovered();
        var ids = new SecureRandom();
        return new Consent(
                dataFolder.resolve("held-slot"),
                recovered.retainedFrom() + recovered.entries().size(),
                peers,
                this::others,
                ruling -> loop.propose(ids.nextLong(), ruling),
                executionMax);
    }

    /** Once the loop has started. */
    private List<NodeId> others() {
        Status status = Objects.requireNonNull(loop.status(), "nothing is decided before the loop has started");
        return status.configuration().replicas().stream()
                .filter(member -> !member.equals(self))
                .toList();
    }
}
