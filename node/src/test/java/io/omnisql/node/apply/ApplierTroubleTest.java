package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ApplierTroubleTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String COUNT = "INSERT INTO t VALUES (1, '1') ON CONFLICT (k) DO UPDATE SET v = t.v::int + 1";

    @Tag("reference-defect-3")
    @Test
    void losesAndDoublesNothingWhenPostgresqlIsKilledAgainAndAgain() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0).ddl("CREATE TABLE s (id serial PRIMARY KEY, k int)"));
            int count = 0;
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 1_000; i++) {
                    count++;
                    node.decide(Commands.id(count).sql(COUNT).sql("INSERT INTO s (k) VALUES ($1)", "" + count));
                }
                long seen = node.appliedIndex.get();
                await().atMost(SOON).until(() -> node.appliedIndex.get() > seen + 100);
                node.postgres.kill();
            }

            String all = count + " " + count + " " + count;

            // The last kill may still be underway: sessions break, and lost commits are applied again.
            await().atMost(SOON)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(node.value("SELECT (SELECT v FROM t) || ' ' || count(*) || ' '"
                                    + " || count(*) FILTER (WHERE id = k) FROM s"))
                            .isEqualTo(all));
            assertThat(node.applier().status().retries()).isPositive();
        }
    }

    @Test
    void isNotStoppedByErrorsThatEveryNodeMeetsThoughTheirCodesSpeakOfTrouble() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0)
                    .ddl("CREATE FUNCTION current_row() RETURNS void LANGUAGE plpgsql"
                            + " AS 'BEGIN UPDATE t SET v = 1 WHERE CURRENT OF nowhere; END'"));
            CompletableFuture<AppliedResult> last =
                    node.results.expect(Commands.id(3).requestId());

            node.decide(
                    Commands.id(1).sql("SELECT current_row()"),
                    // PostgreSQL asks for four bytes for each character at once, and never for more than 1 GB.
                    Commands.id(2).sql("INSERT INTO t SELECT 2, regexp_replace(repeat('x', 268435456), 'y', 'z')"),
                    Commands.id(3).sql("INSERT INTO t VALUES (3, 'c')"));

            assertThat(last).succeedsWithin(SOON);
            assertThat(node.value("SELECT string_agg(k::text, ',') FROM t")).isEqualTo("3");
            assertThat(node.applier().status().retries()).isZero();
        }
    }

    @Tag("reference-defect-2")
    @Test
    void waitsOutATroubleOfItsOwnNodeAndSkipsNothing() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0).ddl("""
                    CREATE FUNCTION heavy() RETURNS bigint LANGUAGE sql
                    SET work_mem = '64kB' AS 'SELECT count(*) FROM (SELECT i FROM generate_series(1, 200000) i ORDER BY -i) x'"""));
            limitTemporaryFiles(node, "'64kB'");
            node.restart();
            CompletableFuture<AppliedResult> heavy =
                    node.results.expect(Commands.id(2).requestId());

            node.decide(
                    Commands.id(1).sql("INSERT INTO t VALUES (1, 'a')"),
                    Commands.id(2).sql("INSERT INTO t SELECT 2, heavy()"),
                    Commands.id(3).sql("INSERT INTO t VALUES (3, 'c')"));

            await().atMost(SOON).until(() -> node.applier().status().retries() >= 2);
            assertThat(node.applier().status().state())
                    .isInstanceOfSatisfying(
                            ApplyStatus.State.Retrying.class,
                            state -> assertThat(state.reason()).contains("53400"));
            assertThat(heavy).isNotDone();
            limitTemporaryFiles(node, "-1");
            assertThat(AppliedNode.text(CollectedResults.get(heavy))).contains("INSERT 0 1");
            node.awaitAll();
            assertThat(node.value("SELECT string_agg(v, ',' ORDER BY k) FROM t"))
                    .isEqualTo("a,200000,c");
        }
    }

    private static void limitTemporaryFiles(AppliedNode node, String limit) throws IOException {
        try (PostgresSession session = node.postgres.session("omnisql")) {
            session.execute("ALTER ROLE app SET temp_file_limit = " + limit);
        }
    }

    @Test
    void aTerminatedSessionIsOpenedAgainAndTheCommandExecutedOnce() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0).ddl("CREATE TABLE s (id serial PRIMARY KEY, k int)"));
            node.decide(Commands.id(1).sql("INSERT INTO s (k) SELECT 1 FROM pg_sleep(2)"));
            CompletableFuture<AppliedResult> slow =
                    node.results.expect(Commands.id(1).requestId());
            await().atMost(SOON)
                    .until(() -> node.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                    + " WHERE query LIKE 'INSERT INTO s%' AND state = 'active'")
                            .equals("1"));

            AppliedResult result = CollectedResults.get(slow);

            assertThat(AppliedNode.text(result)).contains("INSERT 0 1");
            assertThat(node.value("SELECT string_agg(id::text, ',') FROM s")).isEqualTo("1");
        }
    }

    @Test
    void anythingThatBlocksTheApplierGivesWay() throws Exception {
        try (var node = AppliedNode.start();
                PostgresSession idle = node.session("app", Map.of());
                PostgresSession busy = node.session("app", Map.of())) {
            idle.execute("BEGIN");
            idle.execute("LOCK TABLE t");

            AppliedResult first = node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'a')"));

            assertThat(AppliedNode.text(first)).contains("INSERT 0 1");
            assertThatThrownBy(() -> idle.execute("SELECT 1")).isInstanceOf(IOException.class);
            busy.out().query("BEGIN; SELECT count(*) FROM t; SELECT pg_sleep(60)");
            var slow = Thread.ofPlatform().start(() -> drain(busy));
            await().atMost(SOON)
                    .until(() -> node.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)'"
                                    + " AND wait_event = 'PgSleep'")
                            .equals("1"));
            AppliedResult second = node.apply(Commands.id(2).ddl("ALTER TABLE t ADD COLUMN extra int"));
            assertThat(AppliedNode.text(second)).contains("ALTER TABLE");
            assertThat(slow.join(SOON)).isTrue();
        }
    }

    private static void drain(PostgresSession session) {
        try {
            for (char type = session.next(); type != 'Z'; type = session.next()) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            Thread.onSpinWait(); // Ended by the watch: that is what the test waits for.
        }
    }

    @Test
    void readsFromTheLogWhatItsQueueCouldNotHold() throws Exception {
        try (var node = AppliedNode.start(AppliedNode.limits(200, 200_000, 1_000))) {
            for (int i = 1; i <= 2_000; i++) {
                node.decide(Commands.id(i).sql("INSERT INTO t VALUES ($1, 'a')", "" + i));
            }

            node.awaitAll();

            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("2000");
            assertThat(node.log.reads()).isPositive();
            assertThat(node.applier().status().queueBytes()).isLessThanOrEqualTo(1_000);
        }
    }

    @Test
    void theAppliedIndexIsFlushedInTime() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'a')"));

            await().atMost(SOON).until(() -> node.applier().durableAppliedIndex() == 2);
            node.postgres.kill();

            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(node.value("SELECT v FROM t")).isEqualTo("a"));
        }
    }

    @Test
    void commitsThatPostgresqlLostAreAppliedAgainAndTheIndexMovesBackMeanwhile() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).sql(COUNT));
            await().atMost(SOON).until(() -> node.applier().durableAppliedIndex() == 2);
            for (int i = 2; i <= 500; i++) {
                node.decide(Commands.id(i).sql(COUNT));
            }
            node.awaitAll();

            node.postgres.kill();

            await().atMost(SOON).until(() -> node.appliedIndex.get() < node.log.size());
            await().atMost(SOON).until(() -> node.appliedIndex.get() == node.log.size());
            assertThat(node.value("SELECT v FROM t")).isEqualTo("500");
            assertThat(node.appliedIndex.highest()).isEqualTo(node.log.size());
        }
    }

    @Test
    void clientsThatUseUpTheirRolesConnectionsGiveWay() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(
                    Commands.id(1).ddl("CREATE ROLE narrow LOGIN CONNECTION LIMIT 1"),
                    Commands.id(2).ddl("GRANT ALL ON t TO narrow"));
            try (PostgresSession client = node.session("narrow", Map.of())) {
                client.execute("SELECT 1");

                AppliedResult result = node.apply(Commands.id(3).as("narrow").sql("INSERT INTO t VALUES (1, 'a')"));

                assertThat(AppliedNode.text(result)).contains("INSERT 0 1");
            }
        }
    }
}
