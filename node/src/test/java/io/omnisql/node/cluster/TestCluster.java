package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** Nodes 1 to n as processes, each with a PostgreSQL and a folder of its own, joined by wires that can be cut. */
final class TestCluster implements AutoCloseable {
    static final String PASSWORD = "correct horse";
    private static final Duration READY = Duration.ofSeconds(90);

    private final Path folder;
    private final Map<Integer, TestNode> nodes = new TreeMap<>();
    private final List<Wire> wires = new ArrayList<>();

    private TestCluster(Path folder) {
        this.folder = folder;
    }

    /** Starts {@code count} nodes in {@code folder} and waits until every one answers. */
    static TestCluster start(Path folder, int count) throws IOException {
        return start(folder, count, Map.of());
    }

    /** The same with settings, as environment variables, that differ from the product's. */
    static TestCluster start(Path folder, int count, Map<String, String> settings) throws IOException {
        var cluster = new TestCluster(folder);
        Files.writeString(folder.resolve("password"), PASSWORD);
        for (int id = 1; id <= count; id++) {
            cluster.nodes.put(id, new TestNode(id, folder.resolve("node-" + id)));
        }
        for (TestNode node : cluster.nodes.values()) {
            cluster.configure(node);
            settings.forEach(node::set);
        }
        cluster.nodes.values().forEach(TestNode::start);
        cluster.awaitReady();
        return cluster;
    }

    private void configure(TestNode node) throws IOException {
        node.set("OMNISQL_BOOTSTRAP_PASSWORD_FILE", folder.resolve("password").toString());
        for (TestNode peer : nodes.values()) {
            if (peer.id() != node.id()) {
                var proxy = new PeerProxy(peer.peerPort());
                wires.add(new Wire(node.id(), peer.id(), proxy));
                node.set("OMNISQL_PEER_ROUTES_" + peer.id(), "127.0.0.1:" + proxy.port());
            }
            node.set("OMNISQL_CLUSTER_MEMBERS_" + peer.id(), "127.0.0.1:" + peer.peerPort());
        }
    }

    /** Starts a node with an empty folder that founds nothing: it waits to be told whom to join. */
    TestNode addNode(int number) throws IOException {
        var node = new TestNode(number, folder.resolve("node-" + number));
        node.set("OMNISQL_PEER_ADDRESS", "127.0.0.1:" + node.peerPort());
        nodes.put(number, node);
        node.start();
        return node;
    }

    /** Starts a read replica with an empty folder, which asks the nodes that are there for its cluster. */
    TestNode addReader(int number) throws IOException {
        return addReader(number, Map.of());
    }

    /** The same with settings, as environment variables. */
    TestNode addReader(int number, Map<String, String> settings) throws IOException {
        var reader = new TestNode(number, folder.resolve("node-" + number));
        settings.forEach(reader::set);
        var inward = new PeerProxy(reader.peerPort());
        reader.set("OMNISQL_PEER_ADDRESS", "127.0.0.1:" + inward.port());
        List<String> asked = new ArrayList<>();
        for (TestNode member : nodes.values()) {
            var outward = new PeerProxy(member.peerPort());
            wires.add(new Wire(number, member.id(), outward));
            wires.add(new Wire(member.id(), number, inward));
            reader.set("OMNISQL_PEER_ROUTES_" + member.id(), "127.0.0.1:" + outward.port());
            asked.add("127.0.0.1:" + member.peerPort());
        }
        reader.set("OMNISQL_READER_MEMBERS", String.join(",", asked));
        nodes.put(number, reader);
        reader.start();
        return reader;
    }

    /** Ends a node for good. */
    void removeNode(int number) {
        node(number).kill();
        nodes.remove(number);
    }

    private record Wire(int from, int to, PeerProxy proxy) {
        boolean joins(int a, int b) {
            return (from == a && to == b) || (from == b && to == a);
        }
    }

    TestNode node(int id) {
        TestNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("No node " + id);
        }
        return node;
    }

    List<Integer> ids() {
        return List.copyOf(nodes.keySet());
    }

    /** Cuts both directions between two nodes, whoever dialled. */
    void cut(int a, int b) {
        wires.stream().filter(wire -> wire.joins(a, b)).forEach(wire -> wire.proxy.cut());
    }

    void isolate(int node) {
        ids().stream().filter(other -> other != node).forEach(other -> cut(node, other));
    }

    void heal() {
        wires.forEach(wire -> wire.proxy.heal());
    }

    /** As libpq writes it. */
    String uri(int id) {
        return "postgresql://app:" + PASSWORD.replace(" ", "%20") + "@127.0.0.1:" + node(id).sqlPort() + "/omnisql";
    }

    Connection connect(int id, String readLevel) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "app");
        properties.setProperty("password", PASSWORD);
        properties.setProperty("options", "-c omnisql.read_level=" + readLevel);
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "60");
        return DriverManager.getConnection(node(id).jdbcUrl(), properties);
    }

    /** Every running node answers a linearizable read. */
    void awaitReady() {
        for (TestNode node : nodes.values()) {
            if (node.isRunning()) {
                Awaitility.await("node " + node.id() + " answers; its log is " + node.logFile())
                        .atMost(READY)
                        .pollInterval(Duration.ofMillis(200))
                        .ignoreExceptionsInstanceOf(SQLException.class)
                        .until(() -> answers(node));
            }
        }
    }

    private boolean answers(TestNode node) throws SQLException {
        assertThat(node.isRunning())
                .as(() -> "node " + node.id() + " runs:\n" + node.logTail())
                .isTrue();
        try (Connection connection = connect(node.id(), "linearizable")) {
            return query(connection, "SELECT 1").equals(List.of("1"));
        }
    }

    /** The node that leads, as a running node sees it; waits for one. */
    int awaitLeader() {
        return Awaitility.await("a leader")
                .atMost(READY)
                .pollInterval(Duration.ofMillis(100))
                .until(this::leaderOrZero, leader -> leader != 0);
    }

    private int leaderOrZero() {
        for (TestNode node : nodes.values()) {
            if (node.isRunning() && "leader".equals(node.status("role"))) {
                return node.id();
            }
        }
        return 0;
    }

    /** First column's rows joined with all others by '|', as text. */
    static List<String> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var line = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    line.append(column == 1 ? "" : "|").append(rows.getString(column));
                }
                lines.add(line.toString());
            }
            return lines;
        }
    }

    /** All nodes show the same rows for each query. Call it after {@link #awaitReady}: linearizable reads wait for the tail. */
    void assertEqualDatabases(String... queries) throws SQLException {
        for (String query : queries) {
            List<String> first = null;
            for (int id : ids()) {
                try (Connection connection = connect(id, "linearizable")) {
                    List<String> rows = query(connection, query);
                    if (first == null) {
                        first = rows;
                    }
                    assertThat(rows).as("node %d: %s", id, query).isEqualTo(first);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        nodes.values().forEach(TestNode::kill);
        for (Wire wire : wires) {
            wire.proxy.close();
        }
    }
}
