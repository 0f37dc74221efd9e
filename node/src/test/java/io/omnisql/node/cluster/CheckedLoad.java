package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Clients that write without a pause, each row once, into a table that could hold it twice. What was acknowledged must be there exactly
 * once in the end; what was not, at most once.
 */
final class CheckedLoad implements AutoCloseable {
    private static final int CLIENTS = 3;

    private final TestCluster cluster;
    private final List<Integer> nodes;
    private final AtomicLong ids = new AtomicLong();
    private final Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ended;
    private volatile long lastNanos = System.nanoTime();
    private long longestNanos;
    private int writes;

    /** {@code nodes} are those that clients connect to, round and round; the list may change. */
    CheckedLoad(TestCluster cluster, List<Integer> nodes) throws SQLException {
        this.cluster = cluster;
        this.nodes = new CopyOnWriteArrayList<>(nodes);
        try (Connection connection = cluster.connect(nodes.getFirst(), "leader");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE checked (id bigint, client int)");
        }
        for (int client = 0; client < CLIENTS; client++) {
            int number = client;
            clients.add(Thread.ofPlatform().name("client-" + client).start(() -> run(number)));
        }
    }

    /** From now on clients connect to these. */
    void connectTo(List<Integer> others) {
        nodes.addAll(others);
        nodes.removeIf(node -> !others.contains(node));
    }

    private void run(int client) {
        int turn = client;
        while (!ended) {
            List<Integer> choice = List.copyOf(nodes);
            int node = choice.get(turn++ % choice.size());
            try (Connection connection = cluster.connect(node, "leader");
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO checked VALUES (?, ?)")) {
                while (!ended && nodes.contains(node)) {
                    long id = ids.incrementAndGet();
                    insert.setLong(1, id);
                    insert.setInt(2, client);
                    insert.executeUpdate();
                    acknowledged(id);
                }
            } catch (SQLException | IllegalArgumentException refusedOrUnknown) {
                Thread.onSpinWait(); // Nothing is claimed about that row; the next one goes to another node.
            }
        }
    }

    private synchronized void acknowledged(long id) {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
        writes++;
        acknowledged.add(id);
    }

    /** Begins to measure anew. */
    synchronized void begin() {
        lastNanos = System.nanoTime();
        longestNanos = 0;
        writes = 0;
    }

    /** Acknowledged since the beginning. */
    synchronized int writes() {
        return writes;
    }

    /** Prints, and tells, the longest time without an acknowledged write since the beginning. */
    synchronized Duration end(String what) {
        longestNanos = Math.max(longestNanos, System.nanoTime() - lastNanos);
        Duration longest = Duration.ofNanos(longestNanos);
        System.out.printf(
                "MEMBERSHIP %s: %d writes, longest gap without one %d ms%n", what, writes, longest.toMillis());
        assertThat(writes).as("writes during: " + what).isPositive();
        return longest;
    }

    /** Ends the load, then looks at every node. */
    void stopAndCheck(List<Integer> voting) throws SQLException {
        close();
        List<String> first = List.of();
        for (int node : voting) {
            try (Connection connection = cluster.connect(node, "linearizable")) {
                List<String> rows = TestCluster.query(connection, "SELECT id, client FROM checked ORDER BY id, client");
                assertThat(rows).as("every row once at node " + node).doesNotHaveDuplicates();
                first = first.isEmpty() ? rows : first;
                assertThat(rows).as("node " + node).isEqualTo(first);
            }
        }
        Set<Long> there = new ConcurrentSkipListSet<>();
        first.forEach(row -> there.add(Long.valueOf(row.substring(0, row.indexOf('|')))));
        assertThat(there).as("acknowledged rows are there").containsAll(acknowledged);
        assertThat(voting.stream().map(node -> cluster.node(node).status("divergences")))
                .as("replicas agree")
                .containsOnly("[]");
    }

    @Override
    public void close() {
        ended = true;
        awaitEnd(clients);
    }

    static void awaitEnd(List<Thread> clients) {
        for (Thread client : clients) {
            Awaitility.await("the load ends").atMost(Duration.ofMinutes(2)).until(() -> !client.isAlive());
        }
    }
}
