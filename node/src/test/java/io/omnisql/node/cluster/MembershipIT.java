package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members come and go, are replaced and restarted, by the admin API alone and while clients write. No acknowledged write is lost or
 * doubled, all databases are equal in the end. The longest gap without a write is printed for each step.
 */
class MembershipIT {
    private static final Duration TOLD_MAX = Duration.ofSeconds(20); // Less than a write waits elsewhere.

    @TempDir
    Path folder;

    @Test
    void membersChangeUnderLoad() throws IOException, SQLException {
        try (var cluster = TestCluster.start(folder, 3);
                var load = new CheckedLoad(cluster, List.of(1, 2, 3))) {
            var administration = new Administration(cluster);

            growsFromThreeToFiveAndBack(cluster, administration, load);
            anEmptiedNodeIsReplaced(cluster, administration, load);
            theLeaderIsReplaced(cluster, administration, load);
            theLeadIsHandedOver(administration, load);
            everyNodeIsRestartedInTurn(cluster, administration, load);

            load.stopAndCheck(administration.voting());
        }
    }

    private static void growsFromThreeToFiveAndBack(
            TestCluster cluster, Administration administration, CheckedLoad load) throws IOException, SQLException {
        cluster.addNode(4);
        cluster.addNode(5);
        administration.join(4);
        administration.join(5);
        String order = administration.reconfiguration(2, List.of(1, 2, 3, 5));
        cluster.node(5).pause();
        administration.assertRefused(2, order, "does not answer");
        cluster.node(5).resume();
        String token = appliedIndex(cluster, 1);
        load.begin();
        administration.reconfigure(2, List.of(1, 2, 3, 4, 5));
        load.end("three become five");
        assertThat(administration.voting()).containsExactly(1, 2, 3, 4, 5);
        load.connectTo(List.of(1, 2, 3, 4, 5));
        seesWhatTheTokenStandsFor(cluster, 4, token);

        load.connectTo(List.of(1, 2, 3));
        try (Connection leaving = cluster.connect(5, "leader")) {
            load.begin();
            administration.reconfigure(4, List.of(1, 2, 3));
            load.end("five become three");
            administration.awaitState(5, "Retired");
            // Whoever is connected there is told so, and does not wait until a deadline.
            assertTimeoutPreemptively(
                    TOLD_MAX,
                    () -> assertThatThrownBy(() -> create(leaving, "late")).isInstanceOf(SQLException.class));
        }
        assertThat(cluster.node(5).get("/q/health/ready")).contains("\"DOWN\"");
        aRemovedNodeSaysSoAtOnceAfterARestart(cluster, administration);
        cluster.removeNode(5);
    }

    private static String appliedIndex(TestCluster cluster, int node) throws SQLException {
        try (Connection connection = cluster.connect(node, "local")) {
            return TestCluster.query(connection, "SHOW omnisql.applied_index").getFirst();
        }
    }

    /** An index counts through all configurations, for there is one log. */
    private static void seesWhatTheTokenStandsFor(TestCluster cluster, int node, String token) throws SQLException {
        try (Connection connection = cluster.connect(node, "local");
                Statement statement = connection.createStatement()) {
            statement.execute("SET omnisql.not_before = '" + token + "'");
            assertThat(TestCluster.query(connection, "SELECT count(*) > 0 FROM checked"))
                    .containsExactly("t");
            assertThat(Long.parseLong(appliedIndex(cluster, node))).isGreaterThanOrEqualTo(Long.parseLong(token));
        }
    }

    private static void aRemovedNodeSaysSoAtOnceAfterARestart(TestCluster cluster, Administration administration) {
        cluster.node(5).kill();
        cluster.node(5).start();
        administration.awaitState(5, "Retired");
        Awaitility.await("the removed node refuses clients, and says why")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .untilAsserted(() -> assertThatThrownBy(() -> cluster.connect(5, "leader"))
                        .hasMessageContaining("this node was removed from the cluster"));
        Awaitility.await("over HTTP, too")
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.node(5)
                        .sql("{\"sql\": \"INSERT INTO checked VALUES (-1, -1)\"}")
                        .body()
                        .contains("this node was removed from the cluster"));
    }

    private static void create(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " ()");
        }
    }

    private static void anEmptiedNodeIsReplaced(TestCluster cluster, Administration administration, CheckedLoad load)
            throws IOException {
        int emptied = administration.anotherThan(administration.leader());
        long memberId = administration.memberId(emptied);
        List<Integer> others = new ArrayList<>(List.of(1, 2, 3));
        others.remove(Integer.valueOf(emptied));
        load.connectTo(others);
        load.begin();
        cluster.node(emptied).kill();
        cluster.node(emptied).emptyFolder();
        cluster.node(emptied).start();

        administration.join(emptied);
        assertThat(administration.memberId(emptied)).isGreaterThan(memberId);
        administration.reconfigure(others.getFirst(), List.of(1, 2, 3));

        load.end("an emptied node is replaced");
        load.connectTo(List.of(1, 2, 3));
    }

    /** By node 4, which was a member before and has to become somebody else first. */
    private static void theLeaderIsReplaced(TestCluster cluster, Administration administration, CheckedLoad load) {
        administration.retire(4);
        administration.join(4);
        int leader = administration.leader();
        List<Integer> next = new ArrayList<>(List.of(1, 2, 3, 4));
        next.remove(Integer.valueOf(leader));
        load.connectTo(next);
        load.begin();
        administration.reconfigure(next.getFirst(), next);
        load.end("the leader is removed");
        administration.awaitState(leader, "Retired");
        cluster.removeNode(leader);
        assertThat(administration.leader()).isIn(next);
    }

    private static void theLeadIsHandedOver(Administration administration, CheckedLoad load) {
        load.begin();
        int follower = administration.anotherThan(administration.leader());
        administration.handOver(follower);
        load.end("the lead is handed over");
    }

    private static void everyNodeIsRestartedInTurn(TestCluster cluster, Administration administration, CheckedLoad load)
            throws SQLException {
        for (int node : administration.voting()) {
            load.begin();
            boolean leads = administration.leader() == node;
            cluster.node(node).stop();
            cluster.node(node).start();
            cluster.awaitReady();
            load.end("node " + node + (leads ? ", the leader," : "") + " is restarted");
        }
    }

    @Test
    void oneBecomesThreeAndOneAgain() throws IOException, SQLException {
        try (var cluster = TestCluster.start(folder, 1);
                var load = new CheckedLoad(cluster, List.of(1))) {
            var administration = new Administration(cluster);
            cluster.addNode(2);
            cluster.addNode(3);
            administration.join(2);
            administration.join(3);

            load.begin();
            administration.reconfigure(1, List.of(1, 2, 3));
            load.end("one becomes three");
            load.connectTo(List.of(3));
            load.begin();
            administration.reconfigure(1, List.of(3));
            load.end("three become one, another one");

            administration.awaitState(1, "Retired");
            load.stopAndCheck(List.of(3));
        }
    }

    @Test
    void theOnlyNodeThatIsLeftGoesOnWhenItsOwnerSaysSo() throws IOException, SQLException {
        try (var cluster = TestCluster.start(folder, 3)) {
            var administration = new Administration(cluster);
            List<String> rows;
            try (var load = new CheckedLoad(cluster, List.of(1, 2, 3))) {
                load.begin();
                Awaitility.await().until(() -> load.writes() > 50);
                load.stopAndCheck(List.of(1, 2, 3));
            }
            try (Connection connection = cluster.connect(3, "linearizable")) {
                rows = TestCluster.query(connection, "SELECT id FROM checked ORDER BY id");
            }
            String uid = administration.membership(3).path("clusterUid").asText();
            cluster.node(3).stop();
            cluster.removeNode(1);
            cluster.removeNode(2);

            assertThat(cluster.node(3)
                            .run("recover-from-quorum-loss", "00000000-0000-0000-0000-000000000000")
                            .exitCode())
                    .isEqualTo(78);
            Program.Result recovered = cluster.node(3).run("recover-from-quorum-loss", uid);
            assertThat(recovered.exitCode()).as(recovered.output()).isZero();
            cluster.node(3).start();
            cluster.awaitReady();

            assertThat(administration.membership(3).path("clusterUid").asText()).isNotEqualTo(uid);
            try (Connection connection = cluster.connect(3, "linearizable")) {
                assertThat(TestCluster.query(connection, "SELECT id FROM checked ORDER BY id"))
                        .isEqualTo(rows);
            }
            cluster.addNode(4);
            administration.join(4);
            administration.reconfigure(3, List.of(3, 4));
            cluster.awaitReady();
            cluster.assertEqualDatabases("SELECT id FROM checked ORDER BY id");
        }
    }

    @Test
    void theOnlyNodeThatIsLeftGoesOnByAnOrderWhileItRuns() throws IOException, SQLException {
        try (var cluster = TestCluster.start(folder, 3)) {
            var administration = new Administration(cluster);
            try (var load = new CheckedLoad(cluster, List.of(1, 2, 3))) {
                load.begin();
                Awaitility.await().until(() -> load.writes() > 50);
                load.stopAndCheck(List.of(1, 2, 3));
            }
            List<String> rows;
            try (Connection connection = cluster.connect(3, "linearizable")) {
                rows = TestCluster.query(connection, "SELECT id FROM checked ORDER BY id");
            }
            String uid = administration.membership(3).path("clusterUid").asText();
            assertThat(recover(cluster, uid).body()).contains("quorum_answers");
            cluster.removeNode(1);
            cluster.removeNode(2);
            HttpResponse<String> wrong = recover(cluster, "00000000-0000-0000-0000-000000000000");
            assertThat(wrong.statusCode()).isEqualTo(409);
            assertThat(wrong.body()).contains("other_cluster");

            Administration.accepted(recover(cluster, uid));
            cluster.awaitReady();

            assertThat(administration.membership(3).path("clusterUid").asText()).isNotEqualTo(uid);
            assertThat(recover(cluster, uid).body()).contains("other_cluster");
            try (Connection connection = cluster.connect(3, "linearizable")) {
                assertThat(TestCluster.query(connection, "SELECT id FROM checked ORDER BY id"))
                        .isEqualTo(rows);
                create(connection, "afterwards");
            }
            cluster.node(3).kill();
            cluster.node(3).start();
            cluster.awaitReady();
            assertThat(administration.state(3)).isEqualTo("Voting");
        }
    }

    private static HttpResponse<String> recover(TestCluster cluster, String uid) {
        return cluster.node(3).order("/admin/v1/recover-from-quorum-loss", "{\"clusterUid\":\"" + uid + "\"}");
    }
}
