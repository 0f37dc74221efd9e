package io.omnisql.omnipaxos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.OmniPaxos;
import io.omnisql.omnipaxos.Settings;
import io.omnisql.omnipaxos.Standing;
import io.omnisql.omnipaxos.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenarios of the paper's evaluation, in virtual time: three partial partitions of three lengths, and changes of the replicas
 * under load. Prints the longest time in which nothing was decided.
 */
class EvaluationTest {
    private static final int TIMEOUT_TICKS = 10;
    private static final long LOOK_EVERY = Agenda.TICK / 10;
    private static final Settings SETTINGS = new Settings(0, TIMEOUT_TICKS, 10, 1 << 20, 1_000, 10_000, 1 << 20);

    /** A partition by the links that survive, smaller id first. */
    private record Partition(String name, int nodes, boolean isStaleHub, BiPredicate<Long, Long> keeps) {}

    private static final List<Partition> PARTITIONS = List.of(
            new Partition("quorum loss", 5, false, (a, b) -> a == 3 || b == 3),
            new Partition("constrained election", 5, true, (a, b) -> a != 1 && (a == 3 || b == 3)),
            new Partition("chained", 3, false, (a, b) -> a == 2 || b == 2));

    static Stream<Arguments> partitions() {
        return PARTITIONS.stream()
                .flatMap(partition -> Stream.of(500, 5_000)
                        .flatMap(timeoutMillis -> Stream.of(60, 120, 240)
                                .map(seconds -> Arguments.of(partition.name, timeoutMillis, seconds, partition))));
    }

    @ParameterizedTest(name = "{0}, timeout {1} ms, {2} s")
    @MethodSource("partitions")
    void writesGoOnDuringAPartialPartition(String name, int timeoutMillis, int seconds, Object given) {
        Partition partition = (Partition) given;
        SimulatedCluster cluster = cluster(partition.nodes);
        if (partition.isStaleHub) {
            cluster.cutAllBut((a, b) -> a != 3 && b != 3);
            load(cluster, 2 * TIMEOUT_TICKS, 1);
        }
        long ballotBefore = ballotNumber(cluster);

        cluster.cutAllBut(partition.keeps);
        int ticks = seconds * 1_000 / timeoutMillis * TIMEOUT_TICKS;
        double partitioned = load(cluster, ticks, 1);
        long ballotDuring = ballotNumber(cluster);
        cluster.healLinks();
        double healed = load(cluster, 20 * TIMEOUT_TICKS, 1);

        System.out.printf(
                "Evaluation: %s, election timeout %d ms, %d s: longest time without a decision %.0f ms (%.1f timeouts),"
                        + " after it %.0f ms; ballots %d%n",
                name,
                timeoutMillis,
                seconds,
                partitioned * timeoutMillis,
                partitioned,
                healed * timeoutMillis,
                ballotDuring - ballotBefore);
        assertThat(partitioned).isLessThanOrEqualTo(4);
        assertThat(healed).isLessThanOrEqualTo(4);
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("replace a follower", 3, new long[] {4}, new long[] {1, 2, 4}),
                Arguments.of("replace the leader", 3, new long[] {4}, new long[] {2, 3, 4}),
                Arguments.of("replace a majority", 3, new long[] {4, 5}, new long[] {1, 4, 5}),
                Arguments.of("replace all", 3, new long[] {4, 5, 6}, new long[] {4, 5, 6}),
                Arguments.of("3 to 5", 3, new long[] {4, 5}, new long[] {1, 2, 3, 4, 5}),
                Arguments.of("5 to 3", 5, new long[] {}, new long[] {1, 2, 3}),
                Arguments.of("1 to 3", 1, new long[] {2, 3}, new long[] {1, 2, 3}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aPlannedChangeUnderLoadCostsLessThanATimeout(String name, int nodes, long[] learners, long[] replicas) {
        SimulatedCluster cluster = cluster(nodes);
        load(cluster, 5 * TIMEOUT_TICKS, 5);
        SimulatedReplica leader = cluster.replica(new NodeId(1));
        Configuration before = Objects.requireNonNull(leader.status()).configuration();
        for (long learner : learners) {
            cluster.add(new NodeId(learner), Standing.joining(new NodeId(learner), before));
        }
        double calm = load(cluster, 10 * TIMEOUT_TICKS, 5);

        List<NodeId> next = Arrays.stream(replicas).mapToObj(NodeId::new).toList();
        cluster.clients().reconfigure(leader, Configuration.ofMajorities(before.id() + 1, next));
        double changing = load(cluster, 10 * TIMEOUT_TICKS, 5);

        System.out.printf(
                "Evaluation: %s under load: longest time without a decision %.2f election timeouts, else %.2f%n",
                name, changing, calm);
        assertThat(cluster.checker().chain().latest().replicas()).isEqualTo(next);
        assertThat(changing).isLessThan(1);
    }

    /** Node 1 leads. */
    private static SimulatedCluster cluster(int nodes) {
        Mutation onlyOutcomes = new Mutation() {
            @Override
            public boolean isJudgedByOutcomes() {
                return true;
            }
        };
        SimulatedCluster cluster = new SimulatedCluster(Scenario.calm(nodes, SETTINGS), onlyOutcomes);
        cluster.bootStaggered(TIMEOUT_TICKS * Agenda.TICK / nodes);
        cluster.runTicks(5 * TIMEOUT_TICKS);
        SimulatedReplica first = cluster.replica(new NodeId(1));
        first.input(OmniPaxos::tryBecomeLeader);
        cluster.afterInput(first);
        cluster.runTicks(5 * TIMEOUT_TICKS);
        return cluster;
    }

    /** Proposes at every node all the time; tells the longest time without a new decision, in election timeouts. */
    private static double load(SimulatedCluster cluster, int ticks, int proposalsPerTick) {
        long start = cluster.agenda().now();
        long last = start;
        long longest = 0;
        int decided = cluster.checker().decidedLog().size();
        long proposeEvery = Agenda.TICK / proposalsPerTick;
        for (long now = start; now < start + ticks * Agenda.TICK; now += LOOK_EVERY) {
            if ((now - start) % proposeEvery == 0) {
                List.copyOf(cluster.replicas())
                        .forEach(each -> cluster.clients().proposeAt(each));
            }
            cluster.agenda().runUntil(now + LOOK_EVERY);
            if (cluster.checker().decidedLog().size() > decided) {
                decided = cluster.checker().decidedLog().size();
                last = now;
            }
            longest = Math.max(longest, now - last);
        }
        return (double) longest / (TIMEOUT_TICKS * Agenda.TICK);
    }

    private static long ballotNumber(SimulatedCluster cluster) {
        return cluster.replicas().stream()
                .map(each -> Objects.requireNonNull(each.status()))
                .filter(Status::isLeading)
                .mapToLong(each -> each.promise().number())
                .max()
                .orElse(0);
    }
}
