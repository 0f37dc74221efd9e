package io.omnisql.node.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToldReadIndexesTest {
    private final ToldReadIndexes told = new ToldReadIndexes();

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(told.upToDateAsOf(1_000)).isEmpty();
    }

    @Test
    void anIndexCountsFromWhenItIsExecuted() {
        told.add(10, 100, 5);

        assertThat(told.upToDateAsOf(9)).isEmpty();
        assertThat(told.upToDateAsOf(10)).hasValue(100);
    }

    /** Entries arrive all the time: the newest index is never executed when it is told. */
    @Test
    void anOlderOneCountsUntilTheNewerIsExecuted() {
        told.add(10, 100, 10);
        told.add(20, 200, 12);
        told.add(30, 300, 15);

        assertThat(told.upToDateAsOf(19)).hasValue(100);
        assertThat(told.upToDateAsOf(29)).hasValue(200);
        assertThat(told.upToDateAsOf(30)).hasValue(300);
    }

    @Test
    void anAnswerThatComesLateDoesNotReplaceANewerOne() {
        told.add(20, 200, 20);
        told.add(10, 100, 20);

        assertThat(told.upToDateAsOf(20)).hasValue(200);
    }

    /** PostgreSQL lost its last commits: they are executed again. */
    @Test
    void whatIsNotExecutedAnyMoreDoesNotCount() {
        told.add(20, 200, 20);

        assertThat(told.upToDateAsOf(20)).hasValue(200);
        assertThat(told.upToDateAsOf(19)).isEmpty();
        assertThat(told.upToDateAsOf(20)).hasValue(200);
    }

    @Test
    void manyThatAreNotExecutedDoNotPushTheFirstOut() {
        for (int i = 1; i <= 10 * ToldReadIndexes.KEPT_MAX; i++) {
            told.add(100 + i, i, 50);
        }

        assertThat(told.upToDateAsOf(101)).hasValue(1);
    }

    @Test
    void momentsMayPassTheClocksEnd() {
        told.add(10, Long.MAX_VALUE - 1, 10);
        told.add(10, Long.MIN_VALUE + 1, 10);

        assertThat(told.upToDateAsOf(10)).hasValue(Long.MIN_VALUE + 1);
    }

    /** A log grows by an entry each nanosecond; questions are answered late, and in any order. */
    @Test
    void neverClaimsAMomentWhoseEntriesAreNotExecuted() {
        var random = new Random(7);
        for (int step = 0; step < 20_000; step++) {
            long asked = 1L + random.nextInt(step + 1);
            told.add(asked + random.nextInt(50), asked, random.nextInt(step + 1));
            long applied = random.nextInt(step + 1);

            OptionalLong asOf = told.upToDateAsOf(applied);

            assertThat(asOf.orElse(0)).as("step %d", step).isLessThanOrEqualTo(applied);
        }
    }
}
