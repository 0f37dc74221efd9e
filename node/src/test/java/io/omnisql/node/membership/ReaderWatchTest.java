package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.membership.NodeIdentity.Belonging;
import io.omnisql.omnipaxos.NodeId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReaderWatchTest {
    private static final UUID CLUSTER = new UUID(1, 1);
    private static final UUID OTHER = new UUID(2, 2);
    private static final Roster CURRENT = Rosters.roster(3, 6, 1, 2, 5);
    private static final Roster LATER = Rosters.roster(9, 9, 6, 7, 8);

    private final AnsweringNodes nodes = new AnsweringNodes();
    private boolean isTold;
    private final ReaderWatch watch = new ReaderWatch(new ReaderWatch.Surroundings(
            new Belonging(
                    CLUSTER, new NodeId(ReaderId.FIRST), UUID.randomUUID(), new NodeIdentity.Beginning(false, CURRENT)),
            () -> CURRENT,
            List.of(Rosters.member(6).address(), Rosters.member(1).address()),
            () -> isTold,
            nodes));

    private void answers(long memberId, UUID cluster, Roster configuration) {
        Member member = Rosters.member(memberId);
        nodes.answers(new Introduction.Answer(
                cluster, memberId, member.incarnation(), member.address(), null, configuration, null));
    }

    private boolean isLostAfter(int looks) {
        boolean isLost = false;
        for (int look = 0; look < looks; look++) {
            isLost = watch.look();
        }
        return isLost;
    }

    @Test
    void silenceProvesNothing() {
        assertThat(isLostAfter(10 * ReaderWatch.LOOKS_NEEDED)).isFalse();
    }

    @Test
    void aClusterThatIsAnotherNowIsSeenInAFewLooks() {
        answers(1, OTHER, Rosters.roster(1003, 6, 1));

        assertThat(isLostAfter(ReaderWatch.LOOKS_NEEDED - 1)).isFalse();
        assertThat(watch.look()).isTrue();
    }

    @Test
    void aLaterConfigurationOfOthersIsOutOfReach() {
        answers(6, CLUSTER, LATER);

        assertThat(isLostAfter(ReaderWatch.LOOKS_NEEDED)).isTrue();
    }

    @Test
    void notWhileAMemberThatItKnowsAnswers() {
        answers(6, CLUSTER, LATER);
        answers(1, OTHER, Rosters.roster(1003, 6, 1));
        answers(5, CLUSTER, CURRENT);

        assertThat(isLostAfter(10 * ReaderWatch.LOOKS_NEEDED)).isFalse();
    }

    @Test
    void aMemberThatWasRemovedIsNone() {
        answers(6, CLUSTER, LATER);
        answers(5, CLUSTER, LATER);

        assertThat(isLostAfter(ReaderWatch.LOOKS_NEEDED)).isTrue();
    }

    @Test
    void notWhileMembersTellThisNodeWhatTheyHave() {
        answers(1, OTHER, Rosters.roster(1003, 6, 1));
        assertThat(isLostAfter(ReaderWatch.LOOKS_NEEDED - 1)).isFalse();
        isTold = true;
        assertThat(watch.look()).isFalse();
        isTold = false;

        assertThat(isLostAfter(ReaderWatch.LOOKS_NEEDED - 1))
                .as("it counts anew")
                .isFalse();
        assertThat(watch.look()).isTrue();
    }

    @Test
    void anEarlierConfigurationProvesNothing() {
        answers(6, CLUSTER, Rosters.roster(2, 7, 6));

        assertThat(isLostAfter(10 * ReaderWatch.LOOKS_NEEDED)).isFalse();
    }
}
