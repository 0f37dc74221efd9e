package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.ForceNewCluster;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Connection;
import io.omnisql.operator.api.RecoveryStatus;
import io.omnisql.operator.api.RecoveryStatus.Phase;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveryPlanTest {
    private static final ForceNewCluster ORDER = new ForceNewCluster("uid", null);
    private static final Duration LONG = Duration.ofMinutes(1);

    /** Five voters, of which only those answer, each with as many entries as its ordinal. */
    private static ClusterView left(Integer... ordinals) {
        var view = Looks.healthy(5, 5);
        for (int ordinal = 0; ordinal < 5; ordinal++) {
            boolean answers = List.of(ordinals).contains(ordinal);
            var pod = Looks.pod(ordinal, answers ? holding(ordinal, ordinal) : null);
            view = Looks.change(view, ordinal, before -> pod);
        }
        return view;
    }

    private static MemberAnswer holding(int ordinal, long entries) {
        var answer = Looks.voting(ordinal, Looks.configuration(List.of(0, 1, 2, 3, 4)));
        return answer(answer, "uid", entries, answer.configuration());
    }

    private static MemberAnswer answer(
            MemberAnswer like, String uid, long entries, @Nullable Configuration configuration) {
        return new MemberAnswer(
                uid,
                like.memberId(),
                like.incarnation(),
                State.VOTING,
                like.address(),
                configuration,
                like.memberId(),
                entries,
                0,
                true,
                true,
                "1");
    }

    private static ClusterView ordered(
            ClusterView view, @Nullable ForceNewCluster order, @Nullable RecoveryStatus record, Duration later) {
        return new ClusterView(
                view.wanted(),
                view.podSet(),
                view.pods(),
                view.claims(),
                true,
                5,
                new Recovery(order, record),
                null,
                view.certificates(),
                Looks.NOW.plus(later));
    }

    private static ClusterView ordered(ClusterView view, ForceNewCluster order) {
        return ordered(view, order, null, Duration.ZERO);
    }

    private static RecoveryStatus recordAfter(ClusterView view) {
        return Objects.requireNonNull(RecoveryRecord.after(view));
    }

    private static RecoveryStatus chosen(Integer... left) {
        return recordAfter(ordered(left(left), ORDER));
    }

    private static Condition condition(ClusterView view) {
        var occasion = new Occasion(
                1, "a=b", new Connection("db", 5432, "omnisql", "db-app"), OmniSqlClusterStatus.empty(), Instant.EPOCH);
        return RecoveryPlan.condition(view, occasion).orElseThrow();
    }

    /** Pod 3 went on alone; the others answer as before. */
    private static ClusterView afterwards() {
        var alone = new Configuration(1007, 101, List.of(Looks.member(3)));
        var survivor = Looks.pod(3, answer(Looks.voting(3, alone), "another", 3, alone));
        return Looks.change(left(0, 1, 3), 3, before -> survivor);
    }

    @Test
    void theOneThatHoldsMostIsChosenAndNothingIsDoneBeforeThatIsWritten() {
        // given
        var view = ordered(left(1, 3), ORDER);

        // when
        var step = NextStep.of(view);

        // then
        assertThat(step)
                .isInstanceOfSatisfying(
                        Action.ChooseSurvivor.class,
                        choice -> assertThat(choice.why()).contains("db-3", "entries below 3"));
        assertThat(condition(view).reason()).isEqualTo("SurvivorChosen");
    }

    @Test
    void aNamedSurvivorIsTakenEvenIfAnotherHoldsMore() {
        var view = ordered(left(1, 3), new ForceNewCluster("uid", 1));

        assertThat(Objects.requireNonNull(recordAfter(view).survivor()).pod()).isEqualTo("db-1");
    }

    @Test
    void theSurvivorIsWatchedForAWhileBeforeItIsTold() {
        var record = chosen(1, 3);

        assertThat(NextStep.of(ordered(left(1, 3), ORDER, record, Duration.ofSeconds(29))))
                .isInstanceOf(Action.Await.class);
        assertThat(NextStep.of(ordered(left(1, 3), ORDER, record, Duration.ofSeconds(30))))
                .isInstanceOfSatisfying(Action.Recover.class, recover -> {
                    assertThat(recover.pod().name()).isEqualTo("db-3");
                    assertThat(recover.clusterUid()).isEqualTo("uid");
                });
    }

    @Test
    void oneThatHoldsMoreAndAnswersInTimeIsChosenInstead() {
        var view = ordered(left(1, 3), ORDER, chosen(1), Duration.ofSeconds(20));

        assertThat(NextStep.of(view)).isInstanceOf(Action.ChooseSurvivor.class);
        assertThat(recordAfter(view).since()).isEqualTo("2026-01-01T00:00:20Z");
    }

    @Test
    void theChoiceStaysOnceTheSurvivorMayHaveBeenTold() {
        var record = chosen(1);

        assertThat(recordAfter(ordered(left(3), ORDER, record, LONG))).isEqualTo(record);
        assertThat(NextStep.of(ordered(left(3), ORDER, record, LONG))).isNotInstanceOf(Action.Recover.class);
    }

    @Test
    void anOrderThatIsTakenBackInTimeIsForgotten() {
        var view = ordered(left(1, 3), null, chosen(1, 3), Duration.ofSeconds(20));

        assertThat(RecoveryRecord.after(view)).isNull();
    }

    @Test
    void anOrderIsRefusedWhileAQuorumAnswersAndThenItIsSpent() {
        // given
        var refused = ordered(left(0, 1, 2), ORDER);

        // when
        var record = recordAfter(refused);

        // then
        assertThat(condition(refused).status()).isEqualTo(Condition.FALSE);
        assertThat(condition(refused).message()).contains("3 of 5 voters answer, which is a quorum");
        var later = ordered(left(0), ORDER, record, LONG);
        assertThat(recordAfter(later)).isEqualTo(record);
        assertThat(NextStep.of(later)).isInstanceOf(Action.Await.class);
    }

    @Test
    void aQuorumThatComesBackInTimeEndsTheOrder() {
        var view = ordered(left(0, 1, 3), ORDER, chosen(1, 3), LONG);

        assertThat(recordAfter(view).phase()).isEqualTo(Phase.Refused);
        assertThat(NextStep.of(view)).isNotInstanceOf(Action.Recover.class);
    }

    @Test
    void aSpentOrderCanBeGivenAgainAfterItWasRemoved() {
        var refused = recordAfter(ordered(left(0, 1, 2), ORDER));

        var removed = RecoveryRecord.after(ordered(left(0), null, refused, LONG));

        assertThat(removed).isNull();
        assertThat(recordAfter(ordered(left(0), ORDER, removed, LONG)).phase()).isEqualTo(Phase.Chosen);
    }

    @Test
    void anOrderAboutAnotherClusterDoesNothing() {
        var view = ordered(left(0), new ForceNewCluster("other", null));

        assertThat(RecoveryRecord.after(view)).isNull();
        assertThat(condition(view).reason()).isEqualTo("OtherCluster");
    }

    @Test
    void nobodyIsChosenOutOfNodesOfTwoClusters() {
        var stranger = Looks.pod(1, answer(holding(1, 9), "strange", 9, null));
        var view = ordered(Looks.change(left(0), 1, before -> stranger), ORDER);

        assertThat(RecoveryRecord.after(view)).isNull();
    }

    @Test
    void withoutAnybodyWhoAnswersTheOrderWaits() {
        var view = ordered(left(), ORDER);

        assertThat(RecoveryRecord.after(view)).isNull();
        assertThat(condition(view).reason()).isEqualTo("NoSurvivor");
        assertThat(NextStep.of(view)).isInstanceOf(Action.Await.class);
    }

    @Test
    void whoseDiskIsAnotherThanTheChosenOneIsToldNothing() {
        // given
        var record = chosen(3);
        var like = holding(3, 3);
        var emptied = new MemberAnswer(
                null, null, "fresh", State.JOINING, like.address(), null, null, 0, 0, false, false, "1");

        // when
        var view = ordered(Looks.change(left(1), 3, before -> Looks.pod(3, emptied)), ORDER, record, LONG);

        // then
        assertThat(NextStep.of(view)).isNotInstanceOf(Action.Recover.class);
    }

    @Test
    void aSurvivorOnItsWayIsToldNothingTwice() {
        // given
        var like = holding(3, 3);
        var underWay = Looks.pod(3, answer(like, "another", 3, like.configuration()));

        // when
        var view = ordered(Looks.change(left(1, 3), 3, before -> underWay), ORDER, chosen(3), LONG);

        // then
        assertThat(recordAfter(view).phase()).isEqualTo(Phase.Chosen);
        assertThat(NextStep.of(view)).isInstanceOf(Action.Await.class);
    }

    @Test
    void afterwardsFormerMembersCountForNothingAndTheirVolumesGo() {
        // given
        var carriedOut = recordAfter(ordered(afterwards(), ORDER, chosen(3), LONG));

        // when
        var view = ordered(afterwards(), ORDER, carriedOut, LONG);

        // then
        assertThat(carriedOut.phase()).isEqualTo(Phase.CarriedOut);
        assertThat(carriedOut.newClusterUid()).isEqualTo("another");
        assertThat(carriedOut.formerVolumes()).containsExactly("disk-0", "disk-1", "disk-2", "disk-4");
        assertThat(view.voters().orElseThrow().count()).isEqualTo(1);
        assertThat(condition(view).status()).isEqualTo(Condition.TRUE);
        assertThat(NextStep.of(view))
                .isInstanceOfSatisfying(
                        Action.DeleteClaim.class,
                        delete -> assertThat(delete.claim().uid()).isEqualTo("disk-0"));
    }

    @Test
    void theSameOrderAgainDoesNothing() {
        // given
        var carriedOut = recordAfter(ordered(afterwards(), ORDER, chosen(3), LONG));

        // then
        assertThat(recordAfter(ordered(afterwards(), new ForceNewCluster("uid", 1), carriedOut, LONG)))
                .isEqualTo(carriedOut);
        assertThat(recordAfter(ordered(afterwards(), null, carriedOut, LONG))).isEqualTo(carriedOut);
    }

    @Test
    void aSurvivorInAHighPodStaysUntilOthersHaveTheData() {
        // given
        var alone = Looks.of(Looks.wanted(1), Looks.configuration(List.of(3)));

        // when
        var step = NextStep.of(alone);

        // then
        assertThat(step).isEqualTo(new Action.KeepPods(4, "voters without a pod get theirs back"));
        assertThat(NextStep.of(Looks.with(alone.wanted(), alone.pods(), 4)))
                .isEqualTo(new Action.KeepPods(5, "pods for new members"));
    }
}
