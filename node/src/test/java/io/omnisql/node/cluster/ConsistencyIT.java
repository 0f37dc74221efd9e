package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.client.connection.ReadLevel;
import io.omnisql.client.connection.SessionSettings;
import io.omnisql.client.connection.SessionSettings.LevelBy;
import io.omnisql.client.connection.SessionSettings.Reconnect;
import io.omnisql.client.connection.SessionSettings.WriteRetry;
import io.omnisql.client.connection.Target;
import io.omnisql.client.consistency.ConsistencyRun;
import io.omnisql.client.consistency.ConsistencySettings;
import io.omnisql.client.consistency.Verdict;
import io.omnisql.client.consistency.WorkloadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients' histories while nodes, their PostgreSQLs or both are killed, paused and cut off: nothing acknowledged is lost or doubled. */
class ConsistencyIT {
    private static final Duration FAULTS_FOR = Duration.ofSeconds(25);
    private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(4);

    @TempDir
    static Path folder;

    @AutoClose
    static TestCluster cluster;

    @BeforeAll
    static void startThreeNodes() throws IOException {
        cluster = TestCluster.start(folder, 3);
    }

    private static long seed() {
        String commit = System.getProperty("seed.base", "1");
        return Long.getLong("seed", Long.parseUnsignedLong(commit, 0, Math.min(12, commit.length()), 16));
    }

    private static ConsistencySettings settings(WorkloadKind kind) throws IOException {
        List<Target> targets = cluster.ids().stream()
                .map(id -> Target.parse(cluster.uri(id)).named("node " + id))
                .toList();
        var session = new SessionSettings(
                targets,
                Reconnect.NEXT,
                ReadLevel.LINEARIZABLE,
                Duration.ZERO,
                LevelBy.SET,
                Duration.ofSeconds(10),
                WriteRetry.NEVER,
                Duration.ofSeconds(30));
        Path output = Files.createDirectories(folder.resolve("history-" + kind));
        return new ConsistencySettings(session, 6, FAULTS_FOR, 300, 20_000, seed(), Duration.ofSeconds(90), output);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(WorkloadKind.class)
    void historiesAreValidUnderFaults(WorkloadKind kind) throws Exception {
        System.out.println("Faults from -Dseed=" + seed());
        ConsistencySettings settings = settings(kind);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Verdict> verdict = executor.submit(() -> new ConsistencyRun(kind, settings).run());
            makeTrouble(verdict, new SplittableRandom(seed() + kind.name().hashCode()));
            recover();

            assertThat(verdict.get(3, TimeUnit.MINUTES).violations())
                    .as("-Dseed=" + seed())
                    .isEmpty();
            assertThat(verdict.get().ok()).isGreaterThan(100);
        }
        assertEqual(kind);
    }

    private static void makeTrouble(Future<Verdict> verdict, SplittableRandom random) throws Exception {
        long end = System.nanoTime() + FAULTS_FOR.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                Verdict early = verdict.get(BETWEEN_FAULTS.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(early.violations()).isEmpty();
                return; // A fast machine reaches the bound on operations first.
            } catch (TimeoutException goesOn) {
                recover();
                TestNode node = cluster.node(1 + random.nextInt(3));
                switch (random.nextInt(5)) {
                    case 0 -> node.kill();
                    case 1 -> node.killNodeOnly();
                    case 2 -> node.killPostgres();
                    case 3 -> node.pause();
                    default -> cluster.isolate(node.id());
                }
            }
        }
    }

    private static void recover() {
        cluster.heal();
        for (int id : cluster.ids()) {
            cluster.node(id).resume();
            if (!cluster.node(id).isRunning()) {
                cluster.node(id).start();
            }
        }
    }

    private static void assertEqual(WorkloadKind kind) throws SQLException {
        cluster.awaitReady();
        String table = "check_" + kind.name().toLowerCase(Locale.ROOT);
        cluster.assertEqualDatabases("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM " + table + " AS t");
    }
}
