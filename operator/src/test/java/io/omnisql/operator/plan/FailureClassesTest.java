package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Connection;
import io.omnisql.operator.plan.MemberAnswer.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What went wrong in other operators: docs/failure-classes.md. */
class FailureClassesTest {
    private static OmniSqlClusterStatus status(ClusterView view, OmniSqlClusterStatus before, Instant now) {
        return StatusPlan.of(
                view,
                NextStep.of(view),
                new Occasion(1, "a=b", new Connection("db.test.svc", 5432, "omnisql", "db-app"), before, now));
    }

    private static String condition(OmniSqlClusterStatus status, String type) {
        return status.conditionsOrNone().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow()
                .status();
    }

    @Test
    void aMemberLeavesBeforeItsPod() {
        var step = NextStep.of(Looks.healthy(5, 3));

        assertThat(step).isInstanceOf(Action.Reconfigure.class);
    }

    @Test
    void whoLeavesIsTheOneInTheHighestPodWhateverItsIdAndPlaceInTheList() {
        // given
        var view = Looks.of(Looks.wanted(3), Looks.configuration(List.of(4, 1, 3, 0, 2)));

        // when
        var step = (Action.Reconfigure) NextStep.of(view);

        // then
        assertThat(step.members()).containsExactlyInAnyOrder(Looks.member(0), Looks.member(1), Looks.member(2));
    }

    @Test
    void aPodThatIsUnseenForAMomentChangesNeitherMembersNorPods() {
        // given
        var view = Looks.change(Looks.healthy(3, 3), 1, pod -> null);

        // then
        assertThat(NextStep.of(view)).isInstanceOf(Action.Await.class);
    }

    @Test
    void aStatefulSetThatSomebodyShrankGetsItsPodsBack() {
        // given
        var whole = Looks.healthy(3, 3);
        var shrunk = Looks.with(whole.wanted(), whole.pods().subList(0, 2), 2);

        // then
        assertThat(NextStep.of(shrunk)).isEqualTo(new Action.KeepPods(3, "voters without a pod get theirs back"));
    }

    @Test
    void aKeptVolumeOfAMemberThatLeftStartsAnewAndIsNoMemberUnderItsOldId() {
        // given
        var three = Looks.healthy(3, 5);
        var configuration = three.voters().orElseThrow().configuration();
        var old = Looks.voting(3, configuration);
        var retired = new MemberAnswer(
                "uid",
                old.memberId(),
                old.incarnation(),
                State.RETIRED,
                old.address(),
                configuration,
                100L,
                5,
                5,
                true,
                true,
                "1");
        List<PodView> pods = new ArrayList<>(three.pods());
        pods.add(Looks.pod(3, retired));
        var view = Looks.with(three.wanted(), pods, 5);

        // when
        var step = NextStep.of(view);

        // then
        assertThat(step).isInstanceOf(Action.Retire.class);
        assertThat(((Action.Retire) step).pod().ordinal()).isEqualTo(3);
    }

    @Test
    void aScaleDownThatWasInterruptedAfterTheMembersLeftGoesOnWithThePods() {
        // given
        var three = Looks.healthy(3, 3);
        var configuration = three.voters().orElseThrow().configuration();
        List<PodView> pods = new ArrayList<>(three.pods());
        for (int ordinal = 3; ordinal < 5; ordinal++) {
            var old = Looks.voting(ordinal, configuration);
            pods.add(Looks.pod(
                    ordinal,
                    new MemberAnswer(
                            "uid",
                            old.memberId(),
                            old.incarnation(),
                            State.RETIRED,
                            old.address(),
                            configuration,
                            100L,
                            5,
                            5,
                            true,
                            true,
                            "1")));
        }

        // then
        assertThat(NextStep.of(Looks.with(three.wanted(), pods, 5)))
                .isEqualTo(new Action.KeepPods(4, "pod 4 is not needed any more"));
    }

    @Test
    void aRolloutWaitsForAPodOfTheNewestTemplateThatIsStillStarting() {
        // given
        var view = Looks.healthy(5, 5);
        for (int ordinal = 0; ordinal < 4; ordinal++) {
            view = Looks.change(view, ordinal, pod -> pod == null ? null : outdated(pod));
        }
        view = Looks.change(
                view,
                4,
                pod -> new PodView(4, "db-4", "pod-4b", "r1", false, false, true, Looks.NOW.minusSeconds(5), null));

        // then
        for (int look = 0; look < 3; look++) {
            assertThat(NextStep.of(view))
                    .isInstanceOfSatisfying(
                            Action.Await.class, await -> assertThat(await.why()).contains("pod 4"));
        }
    }

    private static PodView outdated(PodView pod) {
        return new PodView(
                pod.ordinal(), pod.name(), pod.uid(), "r0", pod.ready(), false, true, pod.since(), pod.answer());
    }

    @Test
    void nodesOfTwoClustersAreLeftToAPerson() {
        // given
        var view = Looks.change(Looks.healthy(3, 3), 2, pod -> {
            var answer = Looks.voting(2, Looks.configuration(List.of(0, 1, 2)));
            return Looks.pod(
                    2,
                    new MemberAnswer(
                            "another",
                            answer.memberId(),
                            answer.incarnation(),
                            State.VOTING,
                            answer.address(),
                            answer.configuration(),
                            98L,
                            5,
                            5,
                            true,
                            true,
                            "1"));
        });

        // then
        assertThat(NextStep.of(view))
                .isInstanceOfSatisfying(
                        Action.Await.class, await -> assertThat(await.why()).contains("nothing is touched"));
    }

    @Test
    void aNodeThatTakesItselfForTheLeaderAloneIsNone() {
        // given
        var view = Looks.change(Looks.healthy(3, 3), 2, pod -> {
            var answer = Looks.voting(2, Looks.configuration(List.of(0, 1, 2)));
            return Looks.pod(
                    2,
                    new MemberAnswer(
                            "uid",
                            answer.memberId(),
                            answer.incarnation(),
                            State.VOTING,
                            answer.address(),
                            answer.configuration(),
                            answer.memberId(),
                            5,
                            5,
                            true,
                            true,
                            "1"));
        });

        // then
        assertThat(status(view, OmniSqlClusterStatus.empty(), Looks.NOW).leader())
                .isEqualTo("db-0");
    }

    @Test
    void aVolumeGrowsWhileItsPodIsNotWell() {
        // given
        var healthy = Looks.of(
                new Wanted(3, false, false, true, true, SimulatedWorld.minutes(10), SimulatedWorld.minutes(10), 2),
                Looks.configuration(List.of(0, 1, 2)));
        var view = Looks.change(healthy, 0, pod -> Looks.pod(0, null));

        // then
        assertThat(NextStep.of(view)).isInstanceOf(Action.GrowClaim.class);
    }

    @Test
    void aSecondLookAtTheSameChangesNoStatusAndNoTime() {
        // given
        var view = Looks.healthy(3, 3);
        var first = status(view, OmniSqlClusterStatus.empty(), Looks.NOW);

        // when
        var second = status(view, first, Looks.NOW.plusSeconds(3600));

        // then
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aStatusAfterAFailureKeepsWhatWasKnown() {
        // given
        var first = status(Looks.healthy(3, 3), OmniSqlClusterStatus.empty(), Looks.NOW);
        var occasion = new Occasion(1, "a=b", new Connection("h", 1, "d", "s"), first, Looks.NOW);

        // when
        var failed = FailureStatus.of(occasion, "Failed", "conflict");
        var well = status(Looks.healthy(3, 3), failed, Looks.NOW);

        // then
        assertThat(failed.members()).isEqualTo(first.members());
        assertThat(condition(failed, Condition.RECONCILED)).isEqualTo(Condition.FALSE);
        assertThat(condition(well, Condition.RECONCILED)).isEqualTo(Condition.TRUE);
    }

    @Test
    void aFoundedClusterWithoutAnyPodIsNotWell() {
        // given
        var view = Looks.with(Looks.wanted(3), List.of(), 3);

        // when
        var status = status(view, OmniSqlClusterStatus.empty(), Looks.NOW);

        // then
        assertThat(status.ready()).isEqualTo("0/3");
        assertThat(status.phase()).isEqualTo("Unavailable");
        assertThat(condition(status, Condition.READY)).isEqualTo(Condition.FALSE);
        assertThat(condition(status, Condition.AVAILABLE)).isEqualTo(Condition.FALSE);
        assertThat(condition(status, Condition.DEGRADED)).isEqualTo(Condition.TRUE);
    }
}
