package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChangeTest {
    private static final Roster CURRENT = Rosters.roster(3, 6, 1, 2, 5);

    private static Change.Request request(long expected, Member... members) {
        return new Change.Request(expected, List.of(members), null, null);
    }

    private static String refusal(Change change) {
        return change instanceof Change.Refused(String reason) ? reason : String.valueOf(change);
    }

    @Test
    void replacesAMemberInOneStep() {
        Change change = Change.of(CURRENT, request(3, Rosters.member(1), Rosters.member(2), Rosters.member(6)));

        assertThat(change).isEqualTo(new Change.Propose(Rosters.roster(4, 7, 1, 2, 6)));
    }

    @Test
    void anIdIsNeverUsedAgain() {
        Change back = Change.of(CURRENT, request(3, Rosters.member(1), Rosters.member(4)));

        assertThat(refusal(back)).isEqualTo("memberId 4 was used before: the next free one is 6");
    }

    @Test
    void aSkippedIdIsUsedUp() {
        Change change = Change.of(CURRENT, request(3, Rosters.member(1), Rosters.member(9)));

        assertThat(change).isEqualTo(new Change.Propose(Rosters.roster(4, 10, 1, 9)));
    }

    @Test
    void anotherDataFolderNeedsAnotherId() {
        var wiped = new Member(2, UUID.randomUUID(), "node-2.example:7000", 0);

        assertThat(refusal(Change.of(CURRENT, request(3, Rosters.member(1), wiped))))
                .contains("another data folder needs an id of its own");
    }

    @Test
    void aReadReplicaNeverGetsAVote() {
        Member reader = Rosters.member(ReaderId.FIRST);

        assertThat(refusal(Change.of(CURRENT, request(3, Rosters.member(1), reader))))
                .isEqualTo(
                        "memberId 4294967296 is a read replica's, as all are from 4294967296 on: it never gets a vote");
        assertThat(Change.of(CURRENT, request(3, Rosters.member(1), Rosters.member(ReaderId.FIRST - 1))))
                .isInstanceOf(Change.Propose.class);
    }

    @Test
    void aRepeatedRequestIsDone() {
        Change.Request request = request(3, Rosters.member(1), Rosters.member(2), Rosters.member(6));
        Roster afterwards = Rosters.roster(4, 7, 1, 2, 6);

        assertThat(Change.of(afterwards, request)).isEqualTo(new Change.Done(afterwards));
        assertThat(Change.of(afterwards, request(3, Rosters.member(1)))).isEqualTo(new Change.Conflict(afterwards));
        Roster later = Rosters.roster(5, 7, 1, 2, 6);
        assertThat(Change.of(later, request)).isEqualTo(new Change.Conflict(later));
    }

    @Test
    void waitsWhileThisNodeLags() {
        assertThat(Change.of(CURRENT, request(4, Rosters.member(1)))).isEqualTo(new Change.TooEarly(CURRENT));
    }

    @Test
    void refusesQuorumsThatDoNotOverlapAndNobody() {
        var disjoint = new Change.Request(3, Rosters.members(1, 2, 5), 1, 1);

        assertThat(refusal(Change.of(CURRENT, disjoint))).contains("Quorum sizes");
        assertThat(refusal(Change.of(CURRENT, request(3)))).contains("at least one");
    }
}
