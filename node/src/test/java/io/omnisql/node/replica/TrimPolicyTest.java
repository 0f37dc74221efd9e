package io.omnisql.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.replica.LogActivity.Retained;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import io.omnisql.omnipaxos.Status.Peer;
import io.omnisql.omnipaxos.Status.Phase;
import io.omnisql.omnipaxos.Status.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrimPolicyTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);
    private static final NodeId THREE = new NodeId(3);
    private static final TrimPolicy POLICY = new TrimPolicy(1_000, 10);
    private static final Retained LITTLE = new Retained(0, 1_000);
    private static final Retained MUCH = new Retained(0, 1_001);

    private static Status status(Role role, long acceptedByThree) {
        return new Status(
                ONE,
                Configuration.ofMajorities(1, List.of(ONE, TWO, THREE)),
                role,
                Phase.ACCEPT,
                Ballot.none(1),
                Ballot.none(1),
                ONE,
                600,
                600,
                0,
                0,
                true,
                List.of(new Peer(TWO, true, 590), new Peer(THREE, false, acceptedByThree)));
    }

    @Test
    void aLeaderKeepsWhatTheLastMemberLacksAndSomeMore() {
        assertThat(POLICY.index(status(Role.LEADER, 200), 580, LITTLE, 400, false))
                .isEqualTo(190);
    }

    @Test
    void aLeaderKeepsWhatItsOwnPostgresMayLose() {
        assertThat(POLICY.index(status(Role.LEADER, 590), 300, LITTLE, 400, false))
                .isEqualTo(290);
    }

    @Test
    void nothingIsTrimmedForAMemberOfWhichNothingIsKnown() {
        assertThat(POLICY.index(status(Role.LEADER, -1), 580, LITTLE, 400, false))
                .isZero();
    }

    @Test
    void aFollowerDoesNotKnowWhatOthersLack() {
        assertThat(POLICY.index(status(Role.FOLLOWER, 590), 580, LITTLE, 400, false))
                .isZero();
    }

    /** It is in no round meanwhile; what it will go on from would be gone, and it would need the next snapshot. */
    @Test
    void nothingIsTrimmedWhileANodeInstallsASnapshot() {
        assertThat(POLICY.index(status(Role.LEADER, 590), 580, LITTLE, 400, true))
                .isZero();
        assertThat(POLICY.index(status(Role.LEADER, 590), 580, MUCH, 400, true)).isEqualTo(400);
    }

    @Test
    void beyondTheBoundHalfIsKeptWhoeverLags() {
        assertThat(POLICY.index(status(Role.LEADER, -1), 580, MUCH, 400, false)).isEqualTo(400);
        assertThat(POLICY.index(status(Role.FOLLOWER, -1), 580, MUCH, 400, false))
                .isEqualTo(400);
    }

    @Test
    void beyondTheBoundThisNodesOwnPostgresStillComesFirst() {
        assertThat(POLICY.index(status(Role.FOLLOWER, -1), 300, MUCH, 400, false))
                .isEqualTo(300);
    }
}
