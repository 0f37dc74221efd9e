package io.omnisql.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeepingUpTest {
    private final KeepingUp keepingUp = new KeepingUp();

    private boolean isCaughtUp(long knownIndex, long appliedIndex, long atMillis) {
        return keepingUp.isCaughtUp(knownIndex, appliedIndex, TimeUnit.MILLISECONDS.toNanos(atMillis));
    }

    /** Seen once: a learner told {@code caughtUp} at once, because 125 is not much. */
    @Test
    void whoHasExecutedNothingHasNotCaughtUp() {
        assertThat(isCaughtUp(125, 0, 0)).isFalse();
        assertThat(isCaughtUp(125, 0, 500)).isFalse();
        assertThat(isCaughtUp(125, 0, 60_000)).isFalse();
    }

    @Test
    void whoHasNotMovedHasNotCaughtUpHoweverLittleIsMissing() {
        assertThat(isCaughtUp(1_000, 900, 0)).isFalse();
        assertThat(isCaughtUp(1_000, 900, 30_000)).isFalse();
    }

    @Test
    void whoHasExecutedAllHasCaughtUp() {
        assertThat(isCaughtUp(0, 0, 0)).isTrue();
        assertThat(isCaughtUp(125, 125, 0)).isTrue();
    }

    @Test
    void whoFollowsAMovingLogHasCaughtUp() {
        assertThat(isCaughtUp(100, 50, 0)).isFalse();
        assertThat(isCaughtUp(700, 600, 500))
                .as("all that was known 500 ms ago")
                .isTrue();
        assertThat(isCaughtUp(1_200, 1_100, 1_000)).isTrue();
    }

    /** Seen on a busy machine: turns of two seconds at 1,000 writes a second, and a learner that was never found ready. */
    @Test
    void whoFollowsInLongTurnsHasCaughtUpAtAnyMoment() {
        assertThat(isCaughtUp(2_000, 2_000, 0)).isTrue();
        assertThat(isCaughtUp(3_999, 2_000, 1_999)).isTrue();
        assertThat(isCaughtUp(4_000, 4_000, 2_000)).isTrue();
        assertThat(isCaughtUp(5_999, 4_000, 3_999)).isTrue();
    }

    @Test
    void whoStopsFallsBehindAfterAMoment() {
        assertThat(isCaughtUp(100, 100, 0)).isTrue();
        assertThat(isCaughtUp(400, 100, 500)).isTrue();
        assertThat(isCaughtUp(400, 100, 6_000)).isFalse();
        assertThat(isCaughtUp(400, 400, 6_500)).isTrue();
    }

    @Test
    void whoIsFarBehindHasNotCaughtUp() {
        assertThat(isCaughtUp(100, 100, 0)).isTrue();
        assertThat(isCaughtUp(10_101, 100, 100)).isFalse();
    }

    @Test
    void whoHadNothingToExecuteHasCaughtUpOnlyUntilThereIsSomething() {
        assertThat(isCaughtUp(0, 0, 0)).isTrue();
        assertThat(isCaughtUp(125, 0, 100)).isFalse();
    }
}
