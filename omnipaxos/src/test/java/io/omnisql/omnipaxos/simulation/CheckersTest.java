package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A checker that cannot fail proves nothing: each of these bugs must be found, and by a check that is made for it. */
class CheckersTest {
    private static final int SEEDS_MAX = 40;

    static Stream<Arguments> bugs() {
        return Stream.of(
                bug("A8", Bugs.ForgottenPromise::new),
                bug("A", Bugs.ForgottenRound::new),
                bug("A8", Bugs.HastyAcknowledgement::new),
                bug("A8", Bugs.HastyPromise::new),
                bug("A8", Bugs.LyingDisk::new),
                bug("A", Bugs.SwallowedEntries::new),
                bug("A7", Bugs.EditedMessage::new),
                bug("A", Bugs.StaleSync::new),
                bug("G8", Bugs.UnconfirmedReads::new),
                bug("A", Bugs.AssumedAcknowledgement::new),
                bug("A", Bugs.TornLog::new));
    }

    private static Arguments bug(String check, Supplier<Mutation> bug) {
        return Arguments.of(bug.get().getClass().getSimpleName(), check, bug);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void findBugs(String name, String check, Supplier<Mutation> bug) {
        String found = "";
        for (long seed = 0; seed < SEEDS_MAX && !found.startsWith(check); seed++) {
            found = cause(seed, bug.get());
        }

        assertThat(found).as(name).startsWith(check);
    }

    /** What ended the run of this seed, without the trace. */
    private static String cause(long seed, Mutation bug) {
        try {
            new Simulation(Scenario.of(3, Faults.CRASHES_AND_CUTS, seed), bug).run();
            return "";
        } catch (AssertionError found) {
            return String.valueOf(
                    found.getCause() == null
                            ? found.getMessage()
                            : found.getCause().getMessage());
        }
    }
}
