package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * One client that counts table {@code clock} up without a pause, and one at each node that reads it locally with a bound: what it sees
 * must not be older than what was acknowledged so long before the read began, on this process's clock.
 */
final class StalenessLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration REFUSED_AFTER = Duration.ofMillis(500);

    private final TestCluster cluster;
    private final List<Integer> founders;
    private final Duration bound;
    private final NavigableMap<Long, Long> acknowledged = new ConcurrentSkipListMap<>(); // Moment to number.
    private final Map<Integer, AtomicInteger> answered = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ended;

    StalenessLoad(TestCluster cluster, Duration bound) {
        this.cluster = cluster;
        this.founders = cluster.ids();
        this.bound = bound;
        clients.add(Thread.ofPlatform().name("writer").start(this::write));
    }

    /** A client begins to read at this node. */
    void readAt(int node) {
        answered.put(node, new AtomicInteger());
        refused.put(node, new AtomicInteger());
        clients.add(Thread.ofPlatform().name("reader-" + node).start(() -> read(node)));
    }

    private void write() {
        long n = 0;
        int turn = 0;
        while (!ended) {
            try (Connection connection = cluster.connect(founders.get(turn++ % founders.size()), "leader");
                    PreparedStatement update = connection.prepareStatement("UPDATE clock SET n = greatest(n, ?)")) {
                execute(connection, "SET omnisql.timeout = '2s'");
                while (!ended) {
                    update.setLong(1, ++n); // A write that is unknown may still happen, but it does not count back.
                    update.executeUpdate();
                    acknowledged.put(System.nanoTime(), n);
                }
            } catch (SQLException | IllegalArgumentException refusedOrUnknown) {
                Thread.onSpinWait(); // The next node.
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void read(int node) {
        while (!ended) {
            try (Connection connection = cluster.connect(node, "local")) {
                execute(connection, "SET omnisql.max_staleness = '" + bound.toMillis() + "ms'");
                execute(connection, "SET omnisql.timeout = '" + REFUSED_AFTER.toMillis() + "ms'");
                while (!ended) {
                    read(connection, node);
                }
            } catch (SQLException | IllegalArgumentException unreachable) {
                Thread.onSpinWait(); // It is down, or not there yet.
            }
        }
    }

    private void read(Connection connection, int node) throws SQLException {
        long came = System.nanoTime();
        try {
            long seen = number(connection);
            Map.Entry<Long, Long> due = acknowledged.floorEntry(came - bound.toNanos());
            if (due != null && seen < due.getValue()) {
                violations.add("node %d shows %d, but %d was acknowledged %d ms before the read"
                        .formatted(node, seen, due.getValue(), (came - due.getKey()) / 1_000_000));
            }
            counted(answered, node);
        } catch (SQLException e) {
            if (!"57P03".equals(e.getSQLState())) {
                throw e;
            }
            counted(refused, node);
        }
    }

    private static long number(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT n FROM clock")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void counted(Map<Integer, AtomicInteger> counts, int node) {
        count(counts, node).incrementAndGet();
    }

    private static AtomicInteger count(Map<Integer, AtomicInteger> counts, int node) {
        return counts.computeIfAbsent(node, ignored -> new AtomicInteger());
    }

    /** Waits until each of these nodes has answered so many more reads. */
    void awaitReads(List<Integer> nodes, int reads) {
        for (int node : nodes) {
            int before = count(answered, node).get();
            Awaitility.await("node " + node + " answers")
                    .atMost(PATIENCE)
                    .until(() -> count(answered, node).get() >= before + reads);
        }
    }

    void awaitRefusal(int node) {
        int before = count(refused, node).get();
        Awaitility.await("node " + node + " refuses")
                .atMost(PATIENCE)
                .until(() -> count(refused, node).get() > before);
    }

    /** The check sees what is stale, and a node does show it to whoever sets no bound. */
    void awaitPlainReadStalerThanTheBound(int node) throws SQLException {
        try (Connection connection = cluster.connect(node, "local")) {
            Awaitility.await("a stale read at node " + node).atMost(PATIENCE).until(() -> {
                Map.Entry<Long, Long> due = acknowledged.floorEntry(System.nanoTime() - bound.toNanos());
                return due != null && number(connection) < due.getValue();
            });
        }
    }

    void stopAndCheck() {
        close();
        System.out.printf(
                "STALENESS bound %d ms: %d writes, reads answered %s, refused %s%n",
                bound.toMillis(), acknowledged.size(), answered, refused);
        assertThat(violations).isEmpty();
    }

    @Override
    public void close() {
        ended = true;
        CheckedLoad.awaitEnd(clients);
    }
}
