package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How long it takes from a partition until an entry proposed after it is decided, in election timeouts, and how often the leader
 * changes: the paper promises at most four timeouts if one node hears a quorum.
 */
class RecoveryTimeTest {
    private static final int TIMEOUT_TICKS = 10;
    private static final int TIMEOUTS_MAX = 4;
    /** Four timeouts are the bound of the election; prepare and accept take a round trip each behind it. */
    private static final int ROUND_TRIP_TICKS = 2;

    private static final int SETTLING_TIMEOUTS = 4;
    private static final int STABLE_TIMEOUTS = 50;
    private static final Settings SETTINGS = new Settings(0, TIMEOUT_TICKS, 10, 1 << 20, 1_000, 10_000, 1 << 20);

    /**
     * A partition.
     *
     * @param isStaleHub node 3 hears nobody for a while before, so that its log lacks the last entries
     * @param keeps whether a link between two nodes survives, smaller id first
     * @param changesLeader whether another node must take over; if so there may be a duel, and then one leader for good
     */
    record Partition(
            String name,
            int nodes,
            long leader,
            boolean isStaleHub,
            BiPredicate<Long, Long> keeps,
            boolean changesLeader) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Partition> PARTITIONS = List.of(
            new Partition("quorum loss: only the hub 3 hears everybody", 5, 1, false, (a, b) -> a == 3 || b == 3, true),
            new Partition(
                    "constrained election: only the stale hub 3 hears a quorum, the leader hears nobody",
                    5,
                    1,
                    true,
                    (a, b) -> a != 1 && (a == 3 || b == 3),
                    true),
            new Partition("chained: the leader 1 loses 3, both hear 2", 3, 1, false, (a, b) -> a == 2 || b == 2, false),
            new Partition("line with the leader at its end", 5, 1, false, (a, b) -> b - a == 1, true),
            new Partition("ring", 5, 1, false, (a, b) -> b - a == 1 || b - a == 4, false),
            new Partition("star around the leader", 5, 1, false, (a, b) -> a == 1, false),
            new Partition("dead leader", 5, 1, false, (a, b) -> a != 1, true));

    static Stream<Arguments> partitions() {
        List<Arguments> all = new ArrayList<>();
        for (Partition partition : PARTITIONS) {
            for (boolean isStaggered : new boolean[] {false, true}) {
                for (int phase = 0; phase < TIMEOUT_TICKS; phase += 3) {
                    all.add(Arguments.of(partition, isStaggered, phase));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, staggered clocks {1}, {2} ticks into the timeout")
    @MethodSource("partitions")
    void decidesAgainWithinFourElectionTimeouts(Partition partition, boolean isStaggered, int phase) {
        SimulatedCluster cluster = new SimulatedCluster(Scenario.calm(partition.nodes, SETTINGS), Mutation.NONE);
        cluster.bootStaggered(isStaggered ? TIMEOUT_TICKS * Agenda.TICK / partition.nodes : 0);
        lead(cluster, new NodeId(partition.leader));
        prepareStaleHub(cluster, partition);
        cluster.runTicks(5 * TIMEOUT_TICKS + phase);
        Ballot before = highestLeading(cluster);

        cluster.cutAllBut(partition.keeps);
        double timeouts = (double) ticksUntilDecision(cluster) / TIMEOUT_TICKS;
        SortedSet<Ballot> atFirst = newBallots(cluster, before, SETTLING_TIMEOUTS);
        SortedSet<Ballot> later = newBallots(cluster, before, STABLE_TIMEOUTS);

        assertThat(timeouts).isLessThanOrEqualTo(TIMEOUTS_MAX);
        if (partition.changesLeader) {
            assertThat(later).containsExactly(atFirst.last());
        } else {
            assertThat(atFirst).isEmpty();
            assertThat(later).isEmpty();
        }
    }

    static LongStream seeds() {
        return Seeds.of(200);
    }

    /** G7: whatever else is cut, one node that hears a quorum is enough. */
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void anyPartitionWithAQuorumConnectedNodeRecovers(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int nodes = 3 + random.nextInt(3);
        SimulatedCluster cluster = new SimulatedCluster(Scenario.calm(nodes, SETTINGS), Mutation.NONE);
        cluster.bootStaggered(random.nextLong(TIMEOUT_TICKS * Agenda.TICK / nodes));
        lead(cluster, new NodeId(1 + random.nextInt(nodes)));
        cluster.runTicks(random.nextInt(TIMEOUT_TICKS));
        Set<String> links = linksWithHub(nodes, random);

        cluster.cutAllBut((a, b) -> links.contains(a + "-" + b));
        double timeouts = (double) ticksUntilDecision(cluster) / TIMEOUT_TICKS;

        assertThat(timeouts)
                .as("timeouts with links %s", links)
                .isLessThanOrEqualTo(TIMEOUTS_MAX + (double) ROUND_TRIP_TICKS / TIMEOUT_TICKS);
    }

    /** Links drawn by lot, of which one node has enough for a quorum. */
    private static Set<String> linksWithHub(int nodes, SplittableRandom random) {
        TreeSet<String> links = new TreeSet<>();
        int[] degrees = new int[nodes + 1];
        while (Arrays.stream(degrees).max().orElse(0) < nodes / 2) {
            links.clear();
            Arrays.fill(degrees, 0);
            for (int a = 1; a <= nodes; a++) {
                for (int b = a + 1; b <= nodes; b++) {
                    if (random.nextInt(5) < 2) {
                        links.add(a + "-" + b);
                        degrees[a]++;
                        degrees[b]++;
                    }
                }
            }
        }
        return links;
    }

    /** The ballots above {@code before} that are the highest to lead some time during the next timeouts, while proposals go on. */
    private static SortedSet<Ballot> newBallots(SimulatedCluster cluster, Ballot before, int timeouts) {
        TreeSet<Ballot> ballots = new TreeSet<>();
        for (int i = 0; i < timeouts * TIMEOUT_TICKS; i++) {
            proposeEverywhere(cluster);
            cluster.runTicks(1);
            ballots.add(highestLeading(cluster));
        }
        return ballots.tailSet(before, false);
    }

    private static void lead(SimulatedCluster cluster, NodeId leader) {
        cluster.runTicks(5 * TIMEOUT_TICKS);
        SimulatedReplica replica = cluster.replica(leader);
        replica.input(OmniPaxos::tryBecomeLeader);
        cluster.afterInput(replica);
        cluster.runTicks(5 * TIMEOUT_TICKS);
        assertThat(Objects.requireNonNull(replica.status()).isLeading()).isTrue();
    }

    private static void prepareStaleHub(SimulatedCluster cluster, Partition partition) {
        if (partition.isStaleHub) {
            cluster.cutAllBut((a, b) -> a != 3 && b != 3);
            for (int i = 0; i < 10; i++) {
                proposeEverywhere(cluster);
            }
            cluster.runTicks(2);
            assertThat(cluster.checker().decidedLog()).isNotEmpty();
            assertThat(cluster.replica(new NodeId(3)).appliedIndex()).isZero();
        }
    }

    private static long ticksUntilDecision(SimulatedCluster cluster) {
        int decided = cluster.checker().decidedLog().size();
        long ticks = 0;
        while (cluster.checker().decidedLog().size() == decided && ticks < 100 * TIMEOUT_TICKS) {
            proposeEverywhere(cluster);
            cluster.runTicks(1);
            ticks++;
        }
        return ticks;
    }

    private static void proposeEverywhere(SimulatedCluster cluster) {
        cluster.replicas().forEach(each -> cluster.clients().proposeAt(each));
    }

    /** Lower ones may be led by nodes that do not hear of the highest; they decide nothing. */
    private static Ballot highestLeading(SimulatedCluster cluster) {
        Ballot highest = Ballot.none(1);
        for (SimulatedReplica replica : cluster.replicas()) {
            Status status = replica.status();
            if (status != null && status.isLeading() && status.promise().compareTo(highest) > 0) {
                highest = status.promise();
            }
        }
        return highest;
    }
}
