package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class SurvivorsTest {
    private static final UUID CLUSTER = new UUID(1, 1);
    private static final Roster FIVE = Rosters.roster(3, 6, 1, 2, 3, 4, 5);

    private final AnsweringNodes nodes = new AnsweringNodes();

    /** The code of the objection of member 1, which holds 100 entries. */
    private String objection() {
        var question = new Introduction(CLUSTER, 1, Rosters.incarnation(1), null);
        return new Survivors(question, nodes)
                .objection(FIVE, 100)
                .map(reply -> reply instanceof Reply.Refused refused ? refused.code() : "no refusal")
                .orElse("none");
    }

    private void answers(long memberId, UUID cluster, UUID incarnation, long acceptedIndex) {
        String address = Rosters.member(memberId).address();
        var learning = new Introduction.Learning(false, true, 0, acceptedIndex);
        nodes.answers(new Introduction.Answer(cluster, memberId, incarnation, address, null, FIVE, learning));
    }

    private void answers(long memberId, long acceptedIndex) {
        answers(memberId, CLUSTER, Rosters.incarnation(memberId), acceptedIndex);
    }

    @Test
    void whoIsAloneMayGoOn() {
        assertThat(objection()).isEqualTo("none");
    }

    @Test
    void notWhileAQuorumAnswers() {
        answers(2, 50);
        assertThat(objection()).isEqualTo("none");

        answers(3, 50);
        assertThat(objection()).isEqualTo("quorum_answers");
    }

    @Test
    void notWhileAnotherHoldsMore() {
        answers(4, 101);

        assertThat(objection()).isEqualTo("another_holds_more");
    }

    @Test
    void emptiedDisksAndOtherClustersAreNoMembers() {
        answers(2, CLUSTER, new UUID(9, 9), 500);
        answers(3, new UUID(2, 2), Rosters.incarnation(3), 500);
        answers(4, CLUSTER, new UUID(9, 8), 500);

        assertThat(objection()).isEqualTo("none");
    }
}
