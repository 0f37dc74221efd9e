package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.simulation.HistoryChecker.Result;
import io.omnisql.omnipaxos.simulation.Operation.CompareAndSet;
import io.omnisql.omnipaxos.simulation.Operation.Read;
import io.omnisql.omnipaxos.simulation.Operation.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryCheckerTest {
    private static Operation op(long from, long until, Operation.Action action) {
        return new Operation(from, "x", action, from, until);
    }

    @Test
    void acceptsAnEmptyHistory() {
        assertThat(HistoryChecker.check(List.of())).isEqualTo(new Result.Linearizable());
    }

    @Test
    void acceptsReadsThatSeeConcurrentWritesInOneOrder() {
        var history = List.of(
                op(0, 10, new Write("a")), op(1, 11, new Write("b")), op(2, 4, new Read("b")), op(5, 9, new Read("a")));

        assertThat(HistoryChecker.check(history)).isEqualTo(new Result.Linearizable());
    }

    @Test
    void refusesAStaleReadAndNamesOnlyWhatContradicts() {
        var stale = op(30, 35, new Read("a"));
        var history = List.of(
                op(0, 1, new Write("a")),
                op(2, 3, new Read("a")),
                op(10, 20, new Write("b")),
                stale,
                op(40, 50, new Read("b")));

        var result = HistoryChecker.check(history);

        assertThat(result).isInstanceOfSatisfying(Result.Violation.class, violation -> {
            assertThat(violation.core()).contains(stale).hasSizeLessThanOrEqualTo(3);
            assertThat(violation.explanation()).contains("Read[value=a]");
        });
    }

    @Test
    void refusesReadsThatGoBackBetweenConcurrentWrites() {
        var history = List.of(
                op(0, 20, new Write("a")),
                op(0, 20, new Write("b")),
                op(1, 2, new Read("a")),
                op(3, 4, new Read("b")),
                op(5, 6, new Read("a")));

        assertThat(HistoryChecker.check(history)).isInstanceOf(Result.Violation.class);
    }

    @Test
    void refusesAValueThatNobodyWrote() {
        assertThat(HistoryChecker.check(List.of(op(0, 1, new Read("ghost"))))).isInstanceOf(Result.Violation.class);
    }

    @Test
    void letsAnUnknownWriteTakeEffectLateOrNever() {
        var unknown = Operation.unknown(1, "x", new Write("late"), 0);

        var never = List.of(unknown, op(5, 6, new Read(null)));
        var late = List.of(unknown, op(5, 6, new Read(null)), op(7, 8, new Read("late")));

        assertThat(HistoryChecker.check(never)).isEqualTo(new Result.Linearizable());
        assertThat(HistoryChecker.check(late)).isEqualTo(new Result.Linearizable());
    }

    @Test
    void refusesAnUnknownWriteThatTakesEffectTwice() {
        var history = List.of(
                Operation.unknown(1, "x", new Write("u"), 0),
                op(1, 2, new Read("u")),
                op(3, 4, new Write("b")),
                op(5, 6, new Read("b")),
                op(7, 8, new Read("u")));

        assertThat(HistoryChecker.check(history)).isInstanceOf(Result.Violation.class);
    }

    @Test
    void refusesAnUnknownWriteSeenBeforeItWasInvoked() {
        var history = List.of(op(1, 2, new Read("u")), Operation.unknown(1, "x", new Write("u"), 5));

        assertThat(HistoryChecker.check(history)).isInstanceOf(Result.Violation.class);
    }

    @Test
    void letsOnlyOneOfTwoEqualCompareAndSetsSucceed() {
        var first = op(0, 10, new CompareAndSet(null, "a", true));

        assertThat(HistoryChecker.check(List.of(first, op(0, 10, new CompareAndSet(null, "b", true)))))
                .isInstanceOf(Result.Violation.class);
        assertThat(HistoryChecker.check(List.of(first, op(0, 10, new CompareAndSet(null, "b", false)))))
                .isEqualTo(new Result.Linearizable());
    }

    @Test
    void keysAreIndependent() {
        var history = List.of(op(0, 1, new Write("a")), new Operation(9, "y", new Read(null), 2, 3));

        assertThat(HistoryChecker.check(history)).isEqualTo(new Result.Linearizable());
    }

    @Test
    void saysUndecidedBeyondItsBound() {
        var history = new ArrayList<Operation>();
        for (int i = 0; i < 12; i++) {
            history.add(op(0, 100, new Write("v" + i)));
        }
        history.add(op(200, 201, new Read("ghost")));

        assertThat(HistoryChecker.check(history, 1_000)).isEqualTo(new Result.Undecided("x", 1_000));
    }

    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void acceptsWhateverOneCopyOfTheDataAnswered(long seed) {
        assertThat(HistoryChecker.check(linearizable(new SplittableRandom(seed))))
                .isEqualTo(new Result.Linearizable());
    }

    /** The read is asked long after everything else, so only the last value is right: any other one must be refused. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void refusesALateReadOfAnOverwrittenValue(long seed) {
        var history = linearizable(new SplittableRandom(seed));
        String overwritten = "v" + seed % 10;
        history.removeIf(each -> !each.isCompleted() && mayWrite(each.action(), overwritten));
        long end = 1_000_000;
        history.add(op(end, end + 1, new Write("last")));
        history.add(op(end + 2, end + 3, new Read(overwritten)));

        assertThat(HistoryChecker.check(history)).isInstanceOf(Result.Violation.class);
    }

    private static boolean mayWrite(Operation.Action action, String value) {
        return switch (action) {
            case Read _ -> false;
            case Write(var written) -> value.equals(written);
            case CompareAndSet conditional -> value.equals(conditional.update());
        };
    }

    /** Each operation takes effect at an instant of one register, then gets a call before and an answer after it. */
    private static List<Operation> linearizable(SplittableRandom random) {
        var history = new ArrayList<Operation>();
        String value = null;
        for (int i = 0; i < 60; i++) {
            long instant = 100L * i;
            Operation.Action action;
            switch (random.nextInt(4)) {
                case 0 -> {
                    value = "v" + i;
                    action = new Write(value);
                }
                case 1 -> {
                    boolean succeeds = random.nextBoolean();
                    action = new CompareAndSet(succeeds ? value : "not it", "v" + i, succeeds);
                    value = succeeds ? "v" + i : value;
                }
                default -> action = new Read(value);
            }
            long from = instant - random.nextInt(400);
            boolean known = random.nextInt(10) != 0;
            history.add(
                    known
                            ? new Operation(i, "x", action, from, instant + random.nextInt(400))
                            : Operation.unknown(i, "x", action, from));
        }
        return history;
    }
}
