package io.omnisql.omnipaxos.simulation;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {
    static LongStream seeds() {
        return Seeds.of(1_000);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void replicasAgreeInEveryStormAndComeToRestAfterIt(long seed) {
        Simulation.ofSeed(seed);
    }
}
