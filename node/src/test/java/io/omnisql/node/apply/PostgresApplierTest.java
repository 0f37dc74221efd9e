package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.Limits;
import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.sql.ReplicatedCommand;
import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PostgresApplierTest {
    private static final String INSERT = "INSERT INTO t VALUES ($1, $2)";

    @Test
    void appliesAGroupInOrderAndTellsTheIndex() throws Exception {
        try (var node = AppliedNode.start()) {
            Commands[] commands = IntStream.range(0, 500)
                    .mapToObj(i -> Commands.id(i).sql(INSERT, Integer.toString(i), "v" + i))
                    .toArray(Commands[]::new);

            AppliedResult last = node.apply(commands);

            assertThat(last.slot()).isEqualTo(500);
            assertThat(AppliedNode.text(last)).contains("INSERT 0 1");
            assertThat(node.appliedIndex.get()).isEqualTo(501);
            assertThat(node.value("SELECT count(*) || ' ' || max(v) FROM t")).isEqualTo("500 v99");
            assertThat(node.applier().status().groups()).isLessThan(20);
        }
    }

    @Test
    void returnsRowsAsPostgresqlWroteThem() throws Exception {
        try (var node = AppliedNode.start()) {
            AppliedResult result = node.apply(Commands.id(1)
                    .sql("INSERT INTO t VALUES (1, 'one'), (2, 'two') RETURNING k, v")
                    .sql("UPDATE t SET v = upper(v)"));

            assertThat(result.results()).hasSize(2);
            String first = new String(result.results().getFirst().wire(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(first).startsWith("T").contains("one", "two", "INSERT 0 2");
            assertThat(AppliedNode.text(result)).isEqualTo("C\0\0\0\rUPDATE 2\0");
        }
    }

    @Test
    void aStopSignTakesItsSlotAndExecutesNothing() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).sql(INSERT, "1", "a"));
            var next = Configuration.ofMajorities(2, List.of(new NodeId(1)));

            node.decided(new Entry.StopSign(next));
            AppliedResult last = node.apply(Commands.id(2).sql(INSERT, "2", "b"));

            assertThat(last.slot()).isEqualTo(3);
            assertThat(node.appliedIndex.get()).isEqualTo(4);
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("2");
        }
    }

    @Tag("reference-defect-1")
    @Test
    void anErrorIsItsCommandsResultAndNobodyElses() throws Exception {
        try (var node = AppliedNode.start()) {
            var duplicate = node.results.expect(Commands.id(3).requestId());
            Commands[] commands = {
                Commands.id(1).sql(INSERT, "1", "a"),
                Commands.id(2).sql(INSERT, "2", "b"),
                Commands.id(3).sql(INSERT, "3", "c").sql(INSERT, "1", "again"),
                Commands.id(4).sql(INSERT, "4", "d")
            };

            AppliedResult last = node.apply(commands);

            assertThat(AppliedNode.text(last)).contains("INSERT 0 1");
            AppliedResult failed = CollectedResults.get(duplicate);
            assertThat(failed.results()).hasSize(2);
            assertThat(AppliedNode.sqlState(failed)).isEqualTo("23505");
            assertThat(node.value("SELECT string_agg(k::text, ',' ORDER BY k) FROM t"))
                    .isEqualTo("1,2,4");
        }
    }

    @Test
    void aRepeatedRequestIsNotExecutedAndGetsItsFirstResult() throws Exception {
        try (var node = AppliedNode.start()) {
            AppliedResult first = node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'a') RETURNING v"));
            AppliedResult failed = node.apply(Commands.id(2).sql(INSERT, "1", "b"));
            node.restart();

            AppliedResult again = node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'a') RETURNING v"));
            AppliedResult failedAgain = node.apply(Commands.id(2).sql(INSERT, "1", "b"));

            assertThat(again.slot()).isEqualTo(first.slot());
            assertThat(AppliedNode.text(again))
                    .isEqualTo(AppliedNode.text(first))
                    .contains("INSERT 0 1");
            assertThat(AppliedNode.text(failedAgain))
                    .isEqualTo(AppliedNode.text(failed))
                    .contains("23505");
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void aRowBeyondTheLimitIsRefusedBeforeAnybodyMakesRoomForIt() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0).ddl("CREATE TABLE s (id serial PRIMARY KEY, k int)"));
            CompletableFuture<AppliedResult> large =
                    node.results.expect(Commands.id(2).requestId());

            AppliedResult last = node.apply(
                    Commands.id(1).sql("INSERT INTO s (k) VALUES (1)"),
                    Commands.id(2)
                            .sql("INSERT INTO s (k) SELECT 2 FROM generate_series(1, 9)"
                                    + " RETURNING repeat('x', 50000000)"),
                    Commands.id(3).sql("INSERT INTO s (k) VALUES (3) RETURNING id"));

            assertThat(AppliedNode.sqlState(CollectedResults.get(large))).isEqualTo("54000");
            assertThat(AppliedNode.text(last)).contains("INSERT 0 1");
            assertThat(node.value("SELECT string_agg(id || ':' || k, ',' ORDER BY id) FROM s"))
                    .isEqualTo("1:1,2:3");
        }
    }

    @Test
    void aRepetitionWithinOneGroupIsNotExecutedTwice() throws Exception {
        try (var node = AppliedNode.start()) {
            Commands add =
                    Commands.id(1).sql("INSERT INTO t VALUES (1, 'a') ON CONFLICT (k) DO UPDATE SET v = t.v || 'a'");

            node.apply(add, add, Commands.id(2).sql(INSERT, "2", "b"));

            assertThat(node.value("SELECT v FROM t WHERE k = 1")).isEqualTo("a");
        }
    }

    @Test
    void whatWasPlannedBeforeADefinitionIsNotExecutedBehindIt() throws Exception {
        try (var node = AppliedNode.start()) {
            AppliedResult definition = node.apply(Commands.id(1).ddl("ALTER TABLE t ADD COLUMN w int DEFAULT 7"));
            Commands early = Commands.id(2).plannedAt(definition.slot()).sql(INSERT, "1", "early");
            Commands inTime = Commands.id(3).plannedAt(definition.slot() + 1).sql(INSERT, "2", "in time");

            node.apply(
                    inTime,
                    early,
                    Commands.id(4).plannedAt(definition.slot() + 1).sql(INSERT, "3", "in time"));
            node.restart();
            AppliedResult earlyAgain =
                    node.apply(Commands.id(5).plannedAt(definition.slot()).sql(INSERT, "4", "early"));

            assertThat(AppliedNode.sqlState(earlyAgain)).isEqualTo(ReplicatedCommand.PLAN_OUTDATED);
            assertThat(node.value("SELECT string_agg(k::text, ',' ORDER BY k) FROM t"))
                    .isEqualTo("2,3");
        }
    }

    @Test
    void aClientsOwnKeyIsRememberedLongerThanTheWindow() throws Exception {
        try (var node = AppliedNode.start(AppliedNode.limits(200, 10, 1 << 20))) {
            AppliedResult first = node.apply(Commands.id(1).keyed().sql(INSERT, "1", "a"));
            node.apply(Commands.id(2).keyed().sql(INSERT, "1", "b"));
            applyOthers(node, 30);
            try (PostgresSession session = node.postgres.session("omnisql")) {
                session.execute("DELETE FROM omnisql.requests WHERE slot_from < 5"); // As happens in time.
            }
            node.restart();

            AppliedResult again = node.apply(Commands.id(1).keyed().sql(INSERT, "1", "a"));
            AppliedResult failedAgain = node.apply(
                    Commands.id(900).sql(INSERT, "900", "x"),
                    Commands.id(2).keyed().sql(INSERT, "77", "b"));

            assertThat(again.slot()).isEqualTo(first.slot());
            assertThat(AppliedNode.sqlState(again)).isEqualTo("54000");
            assertThat(AppliedNode.sqlState(failedAgain)).isEqualTo("23505");
            assertThat(node.value("SELECT count(*) FROM t WHERE k IN (1, 77)")).isEqualTo("1");
        }
    }

    @Test
    void aClientsOwnKeyIsForgottenBehindSoManyEntriesWhetherItWasCleanedUpOrNot() throws Exception {
        Limits limits = AppliedNode.limits(200, 10, 1 << 20, 20);
        try (var node = AppliedNode.start(limits)) {
            node.apply(Commands.id(1).keyed().sql(INSERT, "1", "a"));
            applyOthers(node, 19);
            assertThat(AppliedNode.sqlState(node.apply(Commands.id(1).keyed().sql(INSERT, "2", "b"))))
                    .isEqualTo("null");
            assertThat(node.value("SELECT count(*) FROM t WHERE k = 2")).isEqualTo("0");

            AppliedResult anew = node.apply(Commands.id(1).keyed().sql(INSERT, "2", "b"));
            AppliedResult again = node.apply(Commands.id(1).keyed().sql(INSERT, "3", "c"));

            assertThat(again.slot()).isEqualTo(anew.slot());
            assertThat(node.value("SELECT string_agg(k::text, ',') FROM t WHERE k < 10"))
                    .isEqualTo("1,2");
            assertThat(node.value("SELECT count(*) FROM omnisql.keys")).isEqualTo("1");
        }
    }

    private static void applyOthers(AppliedNode node, int count) throws IOException {
        for (int i = 100; i < 100 + count; i++) {
            node.apply(Commands.id(i).sql(INSERT, Integer.toString(i), "x"));
        }
    }

    @Test
    void refusesWhatReachesTheLogTooLate() throws Exception {
        try (var node = AppliedNode.start(AppliedNode.limits(200, 10, 1 << 20))) {
            for (int i = 0; i < 12; i++) {
                node.apply(Commands.id(i).plannedAt(i + 1).sql(INSERT, Integer.toString(i), "x"));
            }

            AppliedResult late = node.apply(Commands.id(100).plannedAt(2).sql(INSERT, "100", "late"));

            assertThat(AppliedNode.sqlState(late)).isEqualTo("40003");
            assertThat(node.value("SELECT count(*) FROM t WHERE k = 100")).isEqualTo("0");
        }
    }

    @Test
    void plansSurviveChangesOfTheCatalog() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).sql(INSERT, "1", "a"), Commands.id(2).sql("UPDATE t SET v = 'b' RETURNING *"));

            node.decide(Commands.id(3).ddl("ALTER TABLE t ADD COLUMN extra int DEFAULT 5"));
            AppliedResult after = node.apply(Commands.id(4).sql("UPDATE t SET v = 'c' RETURNING *"));

            assertThat(AppliedNode.text(after)).contains("extra", "UPDATE 1");
        }
    }

    @Test
    void settingsAndRoleBelongToOneCommandOnly() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).ddl("CREATE ROLE other"), Commands.id(2).ddl("GRANT ALL ON t TO other"));
            node.apply(Commands.id(3).ddl("GRANT other TO app"));
            String who = "INSERT INTO t VALUES ($1, current_user || ' ' || current_setting('TimeZone'))";

            node.apply(
                    Commands.id(4).sql(who, "1"),
                    Commands.id(5)
                            .setting("timezone", "Asia/Tokyo")
                            .role("other")
                            .sql(who, "2"),
                    Commands.id(6).sql(who, "3"));

            assertThat(node.value("SELECT string_agg(v, ', ' ORDER BY k) FROM t"))
                    .isEqualTo("app UTC, other Asia/Tokyo, app UTC");
        }
    }
}
