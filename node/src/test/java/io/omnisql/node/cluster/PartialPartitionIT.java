package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The three partial partitions of the OmniPaxos paper, on processes: some wires are cut, none of the nodes is. Writes go on within four
 * election timeouts, or do not stop at all; what was acknowledged is there; all databases are equal once the wires are whole.
 */
class PartialPartitionIT {
    /** Longer than the product's, so that a busy machine's pauses do not count as silence. */
    private static final Duration TICK = Duration.ofMillis(80);

    private static final int TIMEOUT_TICKS = 10;
    private static final Duration ELECTION_TIMEOUT = TICK.multipliedBy(TIMEOUT_TICKS);
    private static final int TIMEOUTS_MAX = 4;

    /** For a machine with fewer cores than nodes: what the protocol promises counts from when it gets to run. */
    private static final Duration BUSY_MACHINE = Duration.ofMillis(1_500);

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Map<String, String> TIMING = Map.of(
            "OMNISQL_TIMING_TICK",
            TICK.toMillis() + "ms",
            "OMNISQL_TIMING_ELECTION_TIMEOUT_TICKS",
            Integer.toString(TIMEOUT_TICKS));

    @TempDir
    Path folder;

    @Test
    void theOnlyNodeThatSeesAQuorumTakesOver() throws IOException, SQLException {
        try (var cluster = TestCluster.start(folder, 5, TIMING);
                var load = new CheckedLoad(cluster, List.of(1, 2, 3, 4, 5))) {
            awaitWrites(load, 200);
            quorumLoss(cluster, load);
            mend(cluster, load);
            constrainedElection(cluster, load);
            cluster.heal();
            cluster.awaitReady();
            load.stopAndCheck(List.of(1, 2, 3, 4, 5));
        }
    }

    /** The leader is alive but sees the hub only, as all others do: the hub must notice that its leader cannot decide. */
    private static void quorumLoss(TestCluster cluster, CheckedLoad load) {
        int leader = cluster.awaitLeader();
        int hub = leader % 5 + 1;

        load.begin();
        cutAllBut(cluster, hub, cluster.ids());
        awaitLead(cluster, hub);
        awaitWrites(load, load.writes() + 100);

        report("quorum-loss, 5 nodes", load.end("quorum-loss"), TIMEOUTS_MAX);
        assertThat(cluster.node(hub).status("role")).isEqualTo("leader");
    }

    /** The leader is gone, and the only node that sees a quorum lacks entries that were acknowledged. */
    private static void constrainedElection(TestCluster cluster, CheckedLoad load) {
        int leader = cluster.awaitLeader();
        int hub = leader % 5 + 1;
        List<Integer> rest = new ArrayList<>(cluster.ids());
        rest.remove(Integer.valueOf(leader));
        List<Integer> spokes = new ArrayList<>(rest);
        spokes.remove(Integer.valueOf(hub));
        load.connectTo(spokes);
        cluster.cut(leader, hub);
        long known = decided(cluster, hub);
        Awaitility.await("the hub lacks entries that others have")
                .atMost(PATIENCE)
                .until(() -> decided(cluster, spokes.getFirst()) > known + 500);
        assertThat(decided(cluster, hub)).as("the hub's log is stale").isLessThan(known + 500);
        assertThat(cluster.node(leader).status("role")).as("it led on").isEqualTo("leader");

        load.begin();
        cluster.isolate(leader);
        cutAllBut(cluster, hub, rest);
        awaitLead(cluster, hub);
        load.connectTo(rest);
        awaitWrites(load, load.writes() + 100);

        report("constrained election, 5 nodes", load.end("constrained election"), TIMEOUTS_MAX);
    }

    @Test
    void aChainDoesNotChangeItsLeader() throws IOException, SQLException {
        try (var cluster = TestCluster.start(folder, 3, TIMING);
                var load = new CheckedLoad(cluster, List.of(1, 2, 3))) {
            awaitWrites(load, 200);
            int leader = cluster.awaitLeader();
            int middle = leader % 3 + 1;
            int end = middle % 3 + 1;
            load.connectTo(List.of(leader, middle)); // The end sees no leader: nobody carries its writes.
            String ballot = ballot(cluster, leader);

            load.begin();
            cluster.cut(leader, end);
            Awaitility.await("ten election timeouts without another leader")
                    .during(ELECTION_TIMEOUT.multipliedBy(10))
                    .atMost(ELECTION_TIMEOUT.multipliedBy(40))
                    .until(() -> ballot.equals(ballot(cluster, leader)));

            report("chained, 3 nodes", load.end("chained"), 1);
            assertThat(ballot(cluster, leader)).isEqualTo(ballot);
            cluster.heal();
            cluster.awaitReady();
            load.stopAndCheck(List.of(1, 2, 3));
        }
    }

    /** The number and the node of the round that a node is in. */
    private static String ballot(TestCluster cluster, int node) {
        return cluster.node(node).status("number") + " of " + cluster.node(node).status("leader");
    }

    /** All wires between these nodes are cut, but for the hub's. */
    private static void cutAllBut(TestCluster cluster, int hub, List<Integer> nodes) {
        for (int a : nodes) {
            for (int b : nodes) {
                if (a < b && a != hub && b != hub) {
                    cluster.cut(a, b);
                }
            }
        }
    }

    private static void mend(TestCluster cluster, CheckedLoad load) {
        cluster.heal();
        cluster.awaitReady();
        awaitWrites(load, load.writes() + 100);
    }

    private static void awaitWrites(CheckedLoad load, int writes) {
        Awaitility.await("writes go on")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> load.writes() >= writes);
    }

    private static void awaitLead(TestCluster cluster, int node) {
        long began = System.nanoTime();
        Awaitility.await("node " + node + " leads; its log is "
                        + cluster.node(node).logFile())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> "leader".equals(cluster.node(node).status("role")));
        System.out.printf("PARTITION node %d leads after %d ms%n", node, (System.nanoTime() - began) / 1_000_000);
    }

    private static long decided(TestCluster cluster, int node) {
        String decided = cluster.node(node).status("decidedIndex");
        return decided == null ? 0 : Long.parseLong(decided.strip());
    }

    private static void report(String scenario, Duration gap, int timeoutsMax) {
        System.out.printf(
                "PARTITION %s: longest gap without an acknowledged write %d ms = %.1f election timeouts of %d ms%n",
                scenario,
                gap.toMillis(),
                gap.toNanos() / (double) ELECTION_TIMEOUT.toNanos(),
                ELECTION_TIMEOUT.toMillis());
        assertThat(gap)
                .as("gap in the writes: " + scenario)
                .isLessThan(ELECTION_TIMEOUT.multipliedBy(timeoutsMax).plus(BUSY_MACHINE));
    }
}
