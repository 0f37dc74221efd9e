package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Definitions and writes at once: what a write's plan was made from may change before its turn comes. */
class DefinitionsIT {
    private static final int WRITES = 150;
    private static final int DEFINITIONS = 12;

    @Test
    void writesOfAllNodesGoOnWhileDefinitionsChangeAndTheDatabasesStayEqual(@TempDir Path folder) throws Exception {
        try (var cluster = TestCluster.start(folder, 3);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            run(cluster, 1, "CREATE TABLE item (id bigint PRIMARY KEY, name text)");
            List<Callable<Void>> work = new ArrayList<>();
            for (int node : cluster.ids()) {
                work.add(() -> write(cluster, node));
            }
            work.add(() -> define(cluster));

            for (Future<Void> done : threads.invokeAll(work, 2, TimeUnit.MINUTES)) {
                done.get();
            }

            try (Connection connection = cluster.connect(2, "linearizable")) {
                assertThat(TestCluster.query(connection, "SELECT count(*) FROM item"))
                        .containsExactly(Integer.toString(3 * WRITES));
            }
            cluster.assertEqualDatabases("SELECT * FROM item ORDER BY id");
        }
    }

    private static Void write(TestCluster cluster, int node) throws SQLException {
        try (Connection connection = cluster.connect(node, "local");
                var insert = connection.prepareStatement("INSERT INTO item (id) VALUES (?)")) {
            for (int i = 0; i < WRITES; i++) {
                insert.setLong(1, node * 1_000_000L + i);
                insert.execute();
            }
        }
        return null;
    }

    private static Void define(TestCluster cluster) throws SQLException {
        for (int i = 0; i < DEFINITIONS; i++) {
            String definition = i % 2 == 0
                    ? "ADD COLUMN c" + i + " timestamptz DEFAULT now()"
                    : "ALTER COLUMN name " + (i % 4 == 1 ? "SET DEFAULT gen_random_uuid()::text" : "DROP DEFAULT");
            run(cluster, i % 3 + 1, "ALTER TABLE item " + definition);
        }
        return null;
    }

    private static void run(TestCluster cluster, int node, String sql) throws SQLException {
        try (Connection connection = cluster.connect(node, "leader");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
