package io.omnisql.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.InitialLeadership.Step;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InitialLeadershipTest {
    private static final Configuration FIVE = Configuration.ofMajorities(1, nodes(1, 2, 3, 4, 5));

    private static List<NodeId> nodes(long... ids) {
        return LongStream.of(ids).mapToObj(NodeId::new).toList();
    }

    /** Of node 1 of five. */
    private static Status status(Role role, Phase phase, long leader, int connectedPeers) {
        List<Status.Peer> peers = LongStream.rangeClosed(2, 5)
                .mapToObj(peer -> new Status.Peer(new NodeId(peer), peer < 2 + connectedPeers, -1))
                .toList();
        Ballot ballot = new Ballot(1, 2, 0, leader);
        return new Status(
                new NodeId(1), FIVE, role, phase, ballot, ballot, new NodeId(leader), 0, 0, 0, 0, true, peers);
    }

    @Test
    void anotherOnesLeadIsClaimed() {
        assertThat(InitialLeadership.step(status(Role.FOLLOWER, Phase.ACCEPT, 2, 4)))
                .isEqualTo(Step.CLAIM);
    }

    @Test
    void waitsUntilSomebodyReallyLeads() {
        assertThat(InitialLeadership.step(status(Role.FOLLOWER, Phase.PREPARE, 2, 4)))
                .isEqualTo(Step.WAIT);
        assertThat(InitialLeadership.step(status(Role.LEADER, Phase.PREPARE, 1, 4)))
                .isEqualTo(Step.WAIT);
    }

    /** Seen by PartialPartitionIT: the old leader, which heard the hub alone, took the lead from it and led nobody. */
    @Test
    void whoHearsNoQuorumClaimsNothing() {
        assertThat(InitialLeadership.step(status(Role.FOLLOWER, Phase.ACCEPT, 2, 1)))
                .isEqualTo(Step.WAIT);
        assertThat(InitialLeadership.step(status(Role.FOLLOWER, Phase.ACCEPT, 2, 2)))
                .isEqualTo(Step.CLAIM);
    }

    @Test
    void whoLeadsHasNothingToClaim() {
        assertThat(InitialLeadership.step(status(Role.LEADER, Phase.ACCEPT, 1, 4)))
                .isEqualTo(Step.LEADING);
    }
}
