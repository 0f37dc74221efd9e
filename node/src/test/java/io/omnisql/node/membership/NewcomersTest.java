package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class NewcomersTest {
    private static final UUID CLUSTER = new UUID(1, 1);
    private static final Roster CURRENT = Rosters.roster(3, 6, 1, 2, 5);
    private static final Roster NEXT = Rosters.roster(4, 8, 1, 2, 7);

    private final AnsweringNodes nodes = new AnsweringNodes();

    private String objection(Roster next) {
        var question = new Introduction(CLUSTER, 1, Rosters.incarnation(1), null);
        return new Newcomers(question, nodes).objection(CURRENT, next).orElse("none");
    }

    private void answers(UUID cluster, long memberId, UUID incarnation, Introduction.Learning learning) {
        String address = Rosters.member(7).address();
        nodes.answers(new Introduction.Answer(cluster, memberId, incarnation, address, null, CURRENT, learning));
    }

    @Test
    void aLearnerThatHasCaughtUpMayVote() {
        answers(CLUSTER, 7, Rosters.incarnation(7), new Introduction.Learning(true, true, 3, 9));

        assertThat(objection(NEXT)).isEqualTo("none");
    }

    @Test
    void whoOnlyStaysOrLeavesIsNotAsked() {
        assertThat(objection(Rosters.roster(4, 6, 1, 2))).isEqualTo("none");
    }

    @Test
    void whoDoesNotAnswerMayNotVote() {
        assertThat(objection(NEXT))
                .isEqualTo("memberId 7 cannot get a vote: node-7.example:7000 does not answer (nobody listens)");
    }

    @Test
    void whoHasNotCaughtUpMayNotVote() {
        answers(CLUSTER, 7, Rosters.incarnation(7), new Introduction.Learning(true, false, 125, 9));

        assertThat(objection(NEXT))
                .isEqualTo("memberId 7 cannot get a vote: it has not caught up, 125 entries are missing");
    }

    @Test
    void somebodyElseAtTheAddressMayNotVote() {
        answers(CLUSTER, 7, Rosters.incarnation(8), new Introduction.Learning(true, true, 0, 9));
        assertThat(objection(NEXT)).contains("with incarnation " + Rosters.incarnation(8));

        answers(CLUSTER, 6, Rosters.incarnation(7), new Introduction.Learning(true, true, 0, 9));
        assertThat(objection(NEXT)).contains("is memberId 6");
    }

    @Test
    void whoIsNoLearnerOfThisClusterMayNotVote() {
        answers(new UUID(2, 2), 7, Rosters.incarnation(7), new Introduction.Learning(true, true, 0, 9));
        assertThat(objection(NEXT)).contains("no learner of cluster " + CLUSTER);

        nodes.fallSilent();
        answers(CLUSTER, 7, Rosters.incarnation(7), new Introduction.Learning(false, true, 0, 9));
        assertThat(objection(NEXT)).contains("join first");
    }
}
