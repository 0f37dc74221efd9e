package io.omnisql.node.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.replica.AppliedIndex;
import io.omnisql.omnipaxos.Output.ReadOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private static final Duration BOUND = Duration.ofMillis(500);

    private final AppliedIndex applied = new AppliedIndex(10);
    private final List<Long> asked = new ArrayList<>();
    private long millis = 1_000;
    private long ids;
    private boolean isMailboxFull;
    private final Freshness freshness = new Freshness(
            new Freshness.Questions(() -> ++ids, this::ask),
            () -> Duration.ofMillis(millis).toNanos(),
            applied);

    private boolean ask(long id) {
        asked.add(id);
        return !isMailboxFull;
    }

    private boolean isWithin(Duration bound) {
        return freshness.isWithin(bound, applied.get());
    }

    private CompletableFuture<OptionalLong> readIndexWithin(Duration bound) {
        return freshness.readIndexSince(freshness.now() - bound.toNanos());
    }

    private void answer(long readIndex) {
        assertThat(freshness.ended(new ReadOutcome.Ready(asked.getLast(), readIndex)))
                .isTrue();
    }

    private void fail() {
        assertThat(freshness.ended(new ReadOutcome.Failed(asked.getLast()))).isTrue();
    }

    @Test
    void withoutABoundNothingIsAskedFor() {
        assertThat(isWithin(Duration.ZERO)).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void aNodeThatHeardNothingIsNotFresh() {
        applied.advance(1_000_000);

        assertThat(isWithin(Duration.ofDays(1))).isFalse();
    }

    @Test
    void theBoundCountsFromTheQuestionNotFromTheAnswer() {
        applied.advance(10);
        var _ = readIndexWithin(BOUND);
        millis += 400;
        answer(10);

        millis += 100;
        assertThat(isWithin(BOUND)).isTrue();
        millis += 1;
        assertThat(isWithin(BOUND)).isFalse();
    }

    @Test
    void anIndexThatIsNotExecutedProvesNothing() {
        applied.advance(9);
        CompletableFuture<OptionalLong> readIndex = readIndexWithin(BOUND);
        answer(10);

        assertThat(readIndex.join()).hasValue(10);
        assertThat(isWithin(BOUND)).isFalse();
        applied.advance(10);
        assertThat(isWithin(BOUND)).isTrue();
    }

    @Test
    void readsShareTheRoundThatBeganWithinTheirBound() {
        CompletableFuture<OptionalLong> first = readIndexWithin(BOUND);
        millis += 500;
        CompletableFuture<OptionalLong> second = readIndexWithin(BOUND);
        answer(3);
        CompletableFuture<OptionalLong> third = readIndexWithin(BOUND);

        assertThat(asked).hasSize(1);
        assertThat(List.of(first.join(), second.join(), third.join())).containsOnly(OptionalLong.of(3));
    }

    @Test
    void aRoundThatBeganTooLongAgoIsNotShared() {
        CompletableFuture<OptionalLong> first = readIndexWithin(BOUND);
        millis += 501;
        CompletableFuture<OptionalLong> second = readIndexWithin(BOUND);
        answer(3);

        assertThat(asked).hasSize(2);
        assertThat(first).isNotDone();
        assertThat(second.join()).hasValue(3);
    }

    @Test
    void aFailedRoundIsNotShared() {
        CompletableFuture<OptionalLong> first = readIndexWithin(BOUND);
        fail();
        CompletableFuture<OptionalLong> second = readIndexWithin(BOUND);

        assertThat(first.join()).isEmpty();
        assertThat(second).isNotDone();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aFullMailboxFailsTheRound() {
        isMailboxFull = true;

        assertThat(readIndexWithin(BOUND).join()).isEmpty();
    }

    @Test
    void readsWithinTheFirstHalfOfTheBoundCostNoRound() {
        answeredRound(5);

        for (int i = 0; i < 250; i++) {
            millis++;
            assertThat(isWithin(BOUND)).isTrue();
        }

        assertThat(asked).hasSize(1);
    }

    private void answeredRound(long readIndex) {
        applied.advance(readIndex);
        var _ = readIndexWithin(BOUND);
        answer(readIndex);
    }

    @Test
    void underAStreamOfReadsOneRoundForHalfABoundKeepsThemAllFromWaiting() {
        answeredRound(5);

        for (int i = 1; i <= 5_000; i++) {
            millis++;
            assertThat(isWithin(BOUND)).as("after %d ms", i).isTrue();
            if (i % 50 == 0 && freshness.rounds() > 1) {
                freshness.ended(new ReadOutcome.Ready(asked.getLast(), 5)); // Answers take a while.
            }
        }

        assertThat(asked).hasSizeBetween(15, 21);
    }

    @Test
    void aRenewalThatFailsIsTriedAgainSoonButNotByEveryRead() {
        answeredRound(5);
        millis += 251;
        isMailboxFull = true;

        for (int i = 0; i < 200; i++) {
            millis++;
            assertThat(isWithin(BOUND)).isTrue();
        }

        assertThat(asked).hasSizeBetween(1 + 5, 1 + 11);
    }

    @Test
    void whatOtherReadsWereToldCounts() {
        applied.advance(7);
        long came = freshness.now();
        millis += 300;
        freshness.learned(7, came);

        assertThat(isWithin(BOUND)).isTrue();
        assertThat(isWithin(Duration.ofMillis(299))).isFalse();
    }

    @Test
    void answersToOthersQuestionsAreNotTaken() {
        assertThat(freshness.ended(new ReadOutcome.Ready(77, 5))).isFalse();
    }
}
