package io.omnisql.omnipaxos.simulation;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.omnisql.omnipaxos.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Everything about a run that is fixed before it starts.
 *
 * @param seed of all chance in the run
 * @param delayMax of a message, in units of {@link Agenda}
 * @param diskDelayMax of a batch until it is durable, in the same units
 * @param isHostLazy the host lets inputs gather before it takes an output
 * @param skew how much faster or slower than right a clock may be, as a share
 * @param clients that each do one operation after the other
 * @param ticks how long faults and clients go on
 */
record Scenario(
        long seed,
        Configuration configuration,
        Settings settings,
        Faults faults,
        long delayMax,
        long diskDelayMax,
        boolean isHostLazy,
        double skew,
        int clients,
        int ticks) {

    private static final int[] SIZES = {1, 2, 3, 3, 3, 3, 4, 5, 5, 5};

    /** The scenario that belongs to a seed. */
    static Scenario ofSeed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Faults faults = Faults.MIXES.get(random.nextInt(Faults.MIXES.size()));
        return of(SIZES[random.nextInt(SIZES.length)], faults, seed);
    }

    /** A scenario of the seed with the size and the faults given. */
    static Scenario of(int nodes, Faults faults, long seed) {
        SplittableRandom random = new SplittableRandom(~seed);
        int electionTimeoutTicks = 4 + random.nextInt(12);
        return new Scenario(
                seed,
                new Configuration(1 + random.nextInt(3), nodeIds(nodes, random), quorum(nodes, random)),
                settings(electionTimeoutTicks, random),
                faults,
                1 + random.nextLong(electionTimeoutTicks * Agenda.TICK / 4),
                1 + random.nextLong(random.nextInt(4) == 0 ? electionTimeoutTicks * Agenda.TICK : Agenda.TICK),
                random.nextInt(3) == 0,
                random.nextInt(3) == 0 ? 0.3 : 0.05,
                2 + random.nextInt(6),
                700);
    }

    /** Fast links and disks, right clocks, and nobody who does anything unasked. */
    static Scenario calm(int nodes, Settings settings) {
        List<NodeId> ids =
                LongStream.rangeClosed(1, nodes).mapToObj(NodeId::new).toList();
        return new Scenario(0, Configuration.ofMajorities(1, ids), settings, Faults.NONE, 10, 10, false, 0, 0, 0);
    }

    private static List<NodeId> nodeIds(int nodes, SplittableRandom random) {
        boolean hasGaps = random.nextInt(4) == 0;
        List<NodeId> ids = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            ids.add(new NodeId(hasGaps ? 7L * i * i - 6 : i));
        }
        return ids;
    }

    static Quorum quorum(int nodes, SplittableRandom random) {
        boolean isFlexible = nodes > 2 && random.nextInt(4) == 0;
        int accept = 2 + (isFlexible ? random.nextInt(nodes / 2) : 0);
        int prepare = Math.max(accept, nodes + 1 - accept);
        return isFlexible ? new Quorum(prepare, accept) : Quorum.majority(nodes);
    }

    private static Settings settings(int electionTimeoutTicks, SplittableRandom random) {
        boolean forgetsSoon = random.nextInt(2) == 0;
        return new Settings(
                0,
                electionTimeoutTicks,
                2 + random.nextInt(20),
                forgetsSoon ? 1 + random.nextInt(400) : 1 << 20,
                forgetsSoon ? 1 + random.nextInt(8) : 4_096,
                random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1_000,
                random.nextInt(4) == 0 ? 1 + random.nextInt(800) : 1 << 20);
    }
}
