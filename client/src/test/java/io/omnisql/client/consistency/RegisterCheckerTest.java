package io.omnisql.client.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.simulation.HistoryChecker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterCheckerTest {
    private static List<String> check(Histories history) {
        return RegisterChecker.check(history.operations(), true);
    }

    private static Histories written() {
        return new Histories().then(Action.WRITE, "k", "v1", "1").then(Action.WRITE, "k", "v2", "1");
    }

    @Test
    void acceptsReadsOfTheLatestWriteAndOfConcurrentOnes() {
        var history = written().then(Action.READ, "k", null, "v2");
        history.at(100, 200).add(Action.WRITE, "k", "v3", "1");
        history.at(110, 120).add(Action.READ, "k", null, "v2");
        history.at(130, 140).add(Action.READ, "k", null, "v3");

        assertThat(check(history)).isEmpty();
    }

    @Test
    void findsAStaleReadUnlessReadsMayBeStale() {
        Histories history = written().then(Action.READ, "k", null, "v1");

        assertThat(check(history)).isNotEmpty();
        assertThat(RegisterChecker.check(history.operations(), false)).isEmpty();
    }

    @Test
    void findsALostWrite() {
        assertThat(check(written().then(Action.FINAL_READ, "k", null, "v1"))).isNotEmpty();
        assertThat(check(written().then(Action.FINAL_READ, "k", null, null))).isNotEmpty();
    }

    @Test
    void findsAReadThatWentBackBehindAnEarlierOne() {
        var history = new Histories();
        history.at(1, 5).add(Action.WRITE, "k", "v1", "1");
        history.at(10, 100).add(Action.WRITE, "k", "v2", "1");
        history.at(20, 25).add(Action.READ, "k", null, "v2");
        history.at(30, 35).add(Action.READ, "k", null, "v1");

        assertThat(check(history)).isNotEmpty();
    }

    @Test
    void findsARefusedAnInventedAndAForeseenValue() {
        assertThat(check(written().failed(Action.WRITE, "k", "v3").then(Action.READ, "k", null, "v3")))
                .isNotEmpty();
        assertThat(check(written().then(Action.READ, "k", null, "v9"))).isNotEmpty();
        assertThat(check(new Histories().then(Action.READ, "k", null, "v1").then(Action.WRITE, "k", "v1", "1")))
                .isNotEmpty();
    }

    @Test
    void findsTwoThatReplacedTheSameValue() {
        var history = new Histories().then(Action.WRITE, "k", "v1", "1");

        assertThat(check(history.compareAndSet("k", "v1", "v2", true))).isEmpty();
        assertThat(check(history.compareAndSet("k", "v2", "v3", true))).isEmpty();
        assertThat(check(history.compareAndSet("k", "v2", "v4", true))).isNotEmpty();
    }

    @Test
    void findsAReadOfAReplacedValue() {
        var history = new Histories()
                .then(Action.WRITE, "k", "v1", "1")
                .compareAndSet("k", "v1", "v2", true)
                .then(Action.READ, "k", null, "v1");

        assertThat(check(history)).isNotEmpty();
    }

    @Test
    void acceptsEitherOutcomeOfAnUnknownWrite() {
        assertThat(check(written().unknown(Action.WRITE, "k", "v3").then(Action.READ, "k", null, "v2")))
                .isEmpty();
        assertThat(check(written().unknown(Action.WRITE, "k", "v3").then(Action.READ, "k", null, "v3")))
                .isEmpty();
    }

    /** For reads and writes of values that occur once the quick check is exact, so it must agree with the search. */
    @ParameterizedTest(name = "-Dseed={0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithTheSearchOnRandomHistories(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int broken = 0;
        for (int round = 0; round < 500; round++) {
            List<Operation> history = randomHistory(random);

            boolean quick = RegisterChecker.check(history, true).isEmpty();
            boolean searched =
                    HistoryChecker.check(Checkable.of(history)) instanceof HistoryChecker.Result.Linearizable;

            assertThat(quick).as("seed %d round %d: %s", seed, round, history).isEqualTo(searched);
            broken += searched ? 0 : 1;
        }
        assertThat(broken).as("histories of both kinds").isBetween(50, 450);
    }

    private static List<Operation> randomHistory(SplittableRandom random) {
        Histories history = new Histories();
        List<String> values = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < 6; i++) {
            time += random.nextInt(4);
            long from = time * 10 + i;
            long to = from + 1 + random.nextInt(60);
            if (values.isEmpty() || random.nextBoolean()) {
                values.add("v" + i);
                history.at(from, to).add(Action.WRITE, "k", "v" + i, "1");
            } else {
                history.at(from, to).add(Action.READ, "k", null, values.get(random.nextInt(values.size())));
            }
        }
        return history.operations();
    }
}
