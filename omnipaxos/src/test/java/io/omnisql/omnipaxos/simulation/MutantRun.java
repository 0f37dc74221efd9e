package io.omnisql.omnipaxos.simulation;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Runs seeds until one finds something; called in a world of its own, see {@link MutantsTest}. */
public final class MutantRun {
    private MutantRun() {}

    /** How many seeds it took, and what was found; empty when {@code seedsMax} found nothing. */
    public static String find(@Nullable String storm, long base, int seedsMax) {
        SplittableRandom seeds = new SplittableRandom(base);
        for (int count = 1; count <= seedsMax; count++) {
            try {
                run(storm, seeds.nextLong(Long.MAX_VALUE));
            } catch (AssertionError found) {
                return count + " seeds: "
                        + String.valueOf(found.getCause()).lines().findFirst().orElse("");
            }
        }
        return "";
    }

    private static void run(@Nullable String storm, long seed) {
        if (storm == null) {
            Simulation.ofSeed(seed);
        } else {
            Faults faults = Faults.named(storm);
            new Simulation(Scenario.of(3, faults, seed), Mutation.NONE).run();
        }
    }
}
