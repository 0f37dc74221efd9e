package io.omnisql.node.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.omnisql.node.sql.Classification.Definition;
import io.omnisql.node.sql.Classification.OmnisqlSetting;
import io.omnisql.node.sql.Classification.OmnisqlSetting.Verb;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.TransactionControl;
import io.omnisql.node.sql.Classification.TransactionControl.Access;
import io.omnisql.node.sql.Classification.TransactionControl.Act;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatementClassifierTest {

    static Stream<Arguments> table() throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(StatementClassifierTest.class.getResourceAsStream("classification.txt")),
                StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).toList().stream()
                    .map(line -> line.split("\\|", 2))
                    .map(parts -> Arguments.of(parts[0].strip(), parts[1].strip()));
        }
    }

    @Tag("reference-defect-10")
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("table")
    void sendsEachStatementToItsPlace(String kind, String sql) {
        Classification classification = classify(sql);

        assertThat(kind(classification)).as("%s", classification).isEqualTo(kind);
        if (classification instanceof Refused refused) {
            assertThat(refused.sqlState()).isIn("0A000", "42601");
            assertThat(refused.reason()).isNotBlank();
            assertThat(refused.hint()).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create database d | There is one database, omnisql: use a schema.",
                "alter system set work_mem = 1 | Use omnisql.postgres.parameters.* of the nodes' settings.",
            },
            quoteCharacter = '`')
    void aRefusalNamesAWayThatKeepsReplicasAlike(String sql, String hint) {
        assertThat(((Refused) classify(sql)).hint()).isEqualTo(hint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "begin | BEGIN | UNSPECIFIED | begin READ ONLY",
                "begin read write | BEGIN | READ_WRITE | begin read ONLY",
                "begin read write, read write | BEGIN | READ_WRITE | begin read ONLY, read ONLY",
                "begin read only read write read write | BEGIN | READ_WRITE | begin read only read ONLY read ONLY",
                "set transaction read write, read write | SET_TRANSACTION | READ_WRITE | set transaction read ONLY, read ONLY",
                "begin isolation level serializable read only | BEGIN | READ_ONLY | begin isolation level serializable read only",
                "start transaction isolation level repeatable read | BEGIN | UNSPECIFIED | start transaction isolation level repeatable read READ ONLY",
                "rollback to savepoint a | ROLLBACK_TO | UNSPECIFIED | rollback to savepoint a",
                "set session characteristics as transaction read write | SET_CHARACTERISTICS | READ_WRITE | set session characteristics as transaction read ONLY",
                "commit | COMMIT | UNSPECIFIED | commit",
            })
    void keepsTheClientsOwnSessionReadOnly(String sql, Act act, Access access, String localSql) {
        TransactionControl control = (TransactionControl) classify(sql);

        assertThat(control.act()).isEqualTo(act);
        assertThat(control.access()).isEqualTo(access);
        assertThat(control.localSql().replaceAll("\\s+", " ")).isEqualTo(localSql);
    }

    @Test
    void readsItsOwnSettings() {
        assertThat(classify("SET omnisql.read_level TO 'Leader'"))
                .isEqualTo(new OmnisqlSetting(Verb.SET, "read_level", "Leader"));
        assertThat(classify("set local OMNISQL.Read_Level = LOCAL"))
                .isEqualTo(new OmnisqlSetting(Verb.SET_LOCAL, "read_level", "local"));
        assertThat(classify("set omnisql.max_staleness = -5"))
                .isEqualTo(new OmnisqlSetting(Verb.SET, "max_staleness", "-5"));
        assertThat(classify("show omnisql.*")).isEqualTo(new OmnisqlSetting(Verb.SHOW, "*", null));
    }

    @Test
    void readsTheLeadingCommentOfEachStatement() {
        List<SqlStatement> statements = StatementSplitter.split(
                "/* omnisql: read_level=local, max_staleness=5 */ select 1; select '/* omnisql: a=b */'");

        assertThat(statements.get(0).hints()).containsOnly(entry("read_level", "local"), entry("max_staleness", "5"));
        assertThat(statements.get(1).hints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select 1; select 2 | 2",
                "select ';'; /* ; -- */ | 1",
                ";;; | 1",
                "; select 1; ; | 1",
                "create rule r as on insert to t do also (notify a; notify b); select 1 | 2",
                "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 1 | 2",
                "create function f() returns int language plpgsql as $$ begin return 1; end $$; select 1 | 2",
                "begin; insert into t values (1); end; select 1 | 4",
                "select $a$;$a$; select \";\" | 2",
            })
    void splitsOnlyBetweenStatements(String sql, int count) {
        assertThat(StatementSplitter.split(sql)).hasSize(count);
    }

    /** Tokens take several times the room of their text: of some megabytes a node would die. */
    @Test
    void refusesTextsOfTooManyTokens() {
        String many = "1,".repeat(Scanner.TOKENS_MAX / 2);

        for (String sql : List.of(
                "select " + many + "1",
                "(".repeat(Scanner.TOKENS_MAX + 1),
                "select 1;".repeat(StatementSplitter.STATEMENTS_MAX + 1),
                "create function f() returns int language sql as $$ select " + many + "1 $$")) {
            assertThat(StatementSplitter.split(sql)).hasSize(1);
            assertThat(classify(sql))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.sqlState()).isEqualTo("54000"));
        }
        assertThat(classify("select " + "1,".repeat(Scanner.TOKENS_MAX / 2 - 1) + "1"))
                .isInstanceOf(Read.class);
        assertThat(StatementSplitter.split("select 1;".repeat(StatementSplitter.STATEMENTS_MAX)))
                .hasSize(StatementSplitter.STATEMENTS_MAX);
    }

    @Test
    void takesTheQueryOfATableOutOfItsDefinition() {
        assertThat(((Definition) classify("create table t (a) as select now() from s with no data")).analysed())
                .containsExactly("select omnisql.now() from s");
        assertThat(((Definition) classify("select a, b into public.t from s where a > 1")).analysed())
                .containsExactly("select a, b  from s where a > 1");
        assertThat(((Definition)
                                classify(
                                        "alter table only public.t alter a type int using f(a), add b text default g(1, 2) not null"))
                        .analysed())
                .containsExactly("SELECT ( f(a)) FROM ONLY public.t", "SELECT ( g(1, 2)) FROM ONLY public.t");
        assertThat(((Definition) classify("alter table t alter a type text using a collate \"C\" || pid(), add b int"))
                        .analysed())
                .containsExactly("SELECT ( a collate \"C\" || pid()) FROM ONLY t");
        assertThat(((Definition) classify("alter table t alter a type bool using a is not null")).analysed())
                .containsExactly("SELECT ( a is not null) FROM ONLY t");
        assertThat(((Definition) classify("alter table t add a text default 'x' collate \"C\"")).analysed())
                .containsExactly("SELECT ( 'x') FROM ONLY t");
    }

    private static Classification classify(String sql) {
        return StatementClassifier.classify(StatementSplitter.split(sql).getFirst());
    }

    private static String kind(Classification classification) {
        return switch (classification) {
            case Classification.Empty empty -> "EMPTY";
            case Classification.Read read -> "READ";
            case Classification.Write write -> "WRITE";
            case Classification.Notification notification -> "NOTIFICATION";
            case Classification.Definition definition -> "DEFINITION";
            case Classification.TransactionControl control -> "TRANSACTION";
            case Classification.Session session -> "SESSION";
            case Classification.OmnisqlSetting setting -> "OMNISQL_SETTING";
            case Classification.Maintenance maintenance -> "MAINTENANCE";
            case Classification.CopyOut copy -> "COPY_OUT";
            case Classification.Refused refused -> "REFUSED";
        };
    }
}
