package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.WriteCommand;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.gateway.WritePlanner.Planned;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PostgresAnalyzerTest {
    private static Planned plan(PostgresAnalyzer analyzer, String sql) throws Exception {
        return plan(analyzer, sql, Map.of());
    }

    private static Planned plan(PostgresAnalyzer analyzer, String sql, Map<String, String> settings) throws Exception {
        var command = new WriteCommand(
                new ClientFacts("app", "app", new TreeMap<>(settings)),
                new RequestId(1, 1, 1),
                null,
                List.of(new WriteStatement(sql, List.of(), List.of())),
                Long.MAX_VALUE);
        return analyzer.plan(command).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void plansWhatIsSafeAndRefusesWhatIsNot() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            assertThat(plan(analyzer, "INSERT INTO t VALUES (1, 'a')"))
                    .isInstanceOfSatisfying(
                            Planned.Ready.class,
                            ready -> assertThat(ready.needsInputs()).isFalse());
            assertThat(plan(analyzer, "INSERT INTO t VALUES (1, pg_backend_pid()::text)"))
                    .isInstanceOfSatisfying(
                            Planned.Refused.class,
                            refused -> assertThat(refused.error().sqlState()).isEqualTo("0A000"));
            assertThat(plan(analyzer, "INSERT INTO t VALUES ($1, 'a')"))
                    .as("nobody gave a parameter")
                    .isInstanceOfSatisfying(
                            Planned.Refused.class,
                            refused -> assertThat(refused.error().sqlState()).isEqualTo("42P02"));
            assertThat(plan(analyzer, "INSERT INTO missing VALUES (1)"))
                    .isInstanceOfSatisfying(
                            Planned.Refused.class,
                            refused -> assertThat(refused.error().sqlState()).isEqualTo("42P01"));
        }
    }

    @Test
    void aPlannedStatementTakesTimeAndChanceFromItsEnvelope() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            Planned planned = plan(analyzer, "INSERT INTO t VALUES (1, extract(epoch FROM now())::text) RETURNING v");

            assertThat(planned).isInstanceOf(Planned.Ready.class);
            ReplicatedStatement statement =
                    ((Planned.Ready) planned).statements().getFirst();
            assertThat(((Planned.Ready) planned).needsInputs()).isTrue();
            AppliedResult result = node.apply(Commands.id(1).withInputs().sql(statement.sql()));
            assertThat(AppliedNode.text(result)).contains("1800000000.00000");
        }
    }

    @Test
    void aPasswordOfNothingIsPlannedAsItIs() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            assertThat(plan(analyzer, "CREATE ROLE r PASSWORD ''"))
                    .isInstanceOfSatisfying(
                            Planned.Ready.class,
                            ready -> assertThat(ready.statements().getFirst().sql())
                                    .endsWith("''"));
        }
    }

    @Test
    void learnsOfWhatTheLogDefined() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            plan(analyzer, "INSERT INTO t VALUES (1, 'a')");

            node.apply(Commands.id(1).ddl("ALTER TABLE t ADD COLUMN pid int DEFAULT pg_backend_pid()"));

            assertThat(plan(analyzer, "INSERT INTO t VALUES (1, 'a')")).isInstanceOf(Planned.Refused.class);
        }
    }

    /** The analysis asks as a superuser: nothing of the client's may be executed there. */
    @Test
    void aClientsOperatorsAreNotAskedForTheCatalog() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            node.apply(Commands.id(1).ddl("CREATE SCHEMA trap"));
            for (String type : List.of("oid", "name", "text", "\"char\"")) {
                node.apply(Commands.id(10 + type.length())
                        .ddl("CREATE FUNCTION trap.is_eq(a " + type + ", b " + type
                                + ") RETURNS bool LANGUAGE plpgsql AS"
                                + " 'BEGIN RAISE EXCEPTION USING ERRCODE = ''TRAP1'', MESSAGE = current_user; END'"));
                node.apply(Commands.id(20 + type.length())
                        .ddl("CREATE OPERATOR trap.= (LEFTARG = " + type + ", RIGHTARG = " + type
                                + ", FUNCTION = trap.is_eq)"));
            }

            Planned planned = plan(
                    analyzer, "INSERT INTO public.t VALUES (1, upper('a'))", Map.of("search_path", "trap, pg_catalog"));

            assertThat(planned).isInstanceOf(Planned.Ready.class);
        }
    }

    /** Its domain is checked when the parser reads the array: both places were taken for as long as a client liked. */
    @Test
    void aCheckThatTakesLongDoesNotKeepOthersWaiting() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            node.apply(Commands.id(1)
                    .ddl("CREATE FUNCTION slow(x int) RETURNS bool LANGUAGE plpgsql AS"
                            + " 'BEGIN PERFORM pg_sleep(20); RETURN true; END'"));
            node.apply(Commands.id(2).ddl("CREATE DOMAIN slowd AS int CHECK (slow(VALUE))"));
            long before = System.nanoTime();

            Planned slow = plan(analyzer, "INSERT INTO t VALUES (cardinality('{1}'::slowd[]), 'a')");

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            assertThat(slow)
                    .isInstanceOfSatisfying(
                            Planned.Refused.class,
                            refused -> assertThat(refused.error().sqlState()).isEqualTo("57014"));
            assertThat(plan(analyzer, "INSERT INTO t VALUES (1, 'a')")).isInstanceOf(Planned.Ready.class);
        }
    }

    @Test
    void aDefinitionIsTriedOutWithTheClientsOwnRights() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            node.apply(Commands.id(1).sql("INSERT INTO t VALUES (1, 'a')"));
            node.apply(
                    Commands.id(2)
                            .ddl(
                                    "CREATE FUNCTION takes_off() RETURNS bool LANGUAGE plpgsql AS"
                                            + " 'BEGIN EXECUTE ''SET ROLE none''; RAISE EXCEPTION USING ERRCODE = ''TRAP1'', MESSAGE = current_user; END'"));

            Planned planned =
                    plan(analyzer, "ALTER TABLE t ADD CHECK (takes_off()); INSERT INTO t VALUES (2, 'b')", Map.of());

            assertThat(planned)
                    .isInstanceOfSatisfying(
                            Planned.Refused.class,
                            refused -> assertThat(refused.error().message()).isEqualTo("app"));
        }
    }

    /** PostgreSQL reads a literal when it parses, and a domain within an array is checked by that. */
    @Test
    void aDomainIsCheckedWithTheClientsOwnRights() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            node.apply(Commands.id(1)
                    .ddl("CREATE FUNCTION tells(i int) RETURNS bool LANGUAGE plpgsql AS"
                            + " 'BEGIN RAISE EXCEPTION USING ERRCODE = ''TRAP1'', MESSAGE = session_user; END'"));
            node.apply(Commands.id(2).ddl("CREATE DOMAIN trap AS int CHECK (tells(VALUE))"));

            Planned planned = plan(analyzer, "INSERT INTO t SELECT cardinality('{1}'::trap[]), 'a'");

            assertThat(planned)
                    .isInstanceOfSatisfying(
                            Planned.Refused.class,
                            refused -> assertThat(refused.error().message()).isEqualTo("app"));
        }
    }

    @Test
    void tryingOutTakesNothingFromASequence() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            node.apply(Commands.id(1).ddl("CREATE SEQUENCE s"));

            plan(analyzer, "CREATE TABLE n AS SELECT nextval('s') AS id; INSERT INTO n SELECT id + 1 FROM n", Map.of());

            assertThat(node.value("SELECT is_called FROM s")).isEqualTo("f");
        }
    }

    @Test
    void aStatementMayNeedADefinitionOfItsOwnCommand() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            assertThat(plan(analyzer, "CREATE TABLE fresh (i int PRIMARY KEY); INSERT INTO fresh VALUES (1)"))
                    .isInstanceOfSatisfying(
                            Planned.Ready.class,
                            ready -> assertThat(ready.statements()).hasSize(2));
            assertThat(plan(analyzer, "INSERT INTO fresh VALUES (1)")).isInstanceOf(Planned.Refused.class);
        }
    }

    @Test
    void nothingIsDefinedWhereOneSessionOnlySeesIt() throws Exception {
        try (var node = AppliedNode.start();
                var analyzer = new PostgresAnalyzer(node.postgres.instance(), node.applier()::catalogVersion)) {
            for (String path : List.of("pg_temp", "\"pg_temp\", public", "app,pg_temp_3")) {
                assertThat(plan(analyzer, "CREATE TABLE pet (i int)", Map.of("search_path", path)))
                        .isInstanceOfSatisfying(
                                Planned.Refused.class,
                                refused ->
                                        assertThat(refused.error().sqlState()).isEqualTo("0A000"));
            }
            assertThat(plan(analyzer, "CREATE TABLE pet (i int)", Map.of("search_path", "my_pg_temp, public")))
                    .isInstanceOf(Planned.Ready.class);
            assertThat(plan(analyzer, "INSERT INTO t VALUES (1, 'a')", Map.of("search_path", "public, pg_temp")))
                    .isInstanceOf(Planned.Ready.class);
        }
    }
}
