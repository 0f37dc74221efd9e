package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A checker that cannot fail proves nothing: each of these bugs must be found, and by a check that is made for it. */
class CheckersTest {
    private static final int SEEDS_MAX = 500;

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
            found = cause(Scenario.of(3, Faults.CRASHES_AND_CUTS, seed), bug.get());
        }

        assertThat(found).as(name).startsWith(check);
    }

    static Stream<Arguments> bugsThatHurt() {
        return Stream.of(
                bug("", Bugs.ForgottenRound::new),
                bug("", Bugs.LyingDisk::new),
                bug("", Bugs.SwallowedEntries::new),
                bug("", Bugs.EditedMessage::new),
                bug("G", Bugs.StaleSync::new),
                bug("G8", Bugs.UnconfirmedReads::new),
                bug("G", Bugs.AssumedAcknowledgement::new));
    }

    /** The storms are wild enough to turn a bug into harm: it shows without any knowledge of the protocol's inner rules. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("bugsThatHurt")
    void findHarm(String name, String check, Supplier<Mutation> bug) {
        String found = "";
        for (long seed = 0; seed < SEEDS_MAX && (found.isEmpty() || !found.startsWith(check)); seed++) {
            found = cause(Scenario.of(3, Faults.ALL, seed), new Bugs.SeenFromOutside(bug.get()));
        }

        assertThat(found).as(name).isNotEmpty().startsWith(check);
    }

    /** What ended the run, without the trace. */
    private static String cause(Scenario scenario, Mutation bug) {
        try {
            new Simulation(scenario, bug).run();
            return "";
        } catch (AssertionError found) {
            return String.valueOf(
                    found.getCause() == null
                            ? found.getMessage()
                            : found.getCause().getMessage());
        }
    }
}
