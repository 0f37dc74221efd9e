package io.omnisql.node.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.node.sql.StatementDraft.Drafted;
import io.omnisql.node.sql.StatementDraft.Finished;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementDraftTest {
    private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "insert into t values (now(), NOW ( ), pg_catalog.now()) | insert into t values (omnisql.now(), omnisql.now ( ), omnisql.now())",
                "insert into t values (CURRENT_TIMESTAMP, current_timestamp(3), localtime) | insert into t values (omnisql.current_timestamp(), omnisql.current_timestamp(3), omnisql.localtime())",
                "update t set a = x.now() where now = 1 and t.now > 2 | update t set a = x.now() where now = 1 and t.now > 2",
                "insert into t values ('now()', $$random()$$, \"random\") | insert into t values ('now()', $$random()$$, \"random\")",
                "insert into t select random(), random(1, 6), \"random\"() from random(a, b) | insert into t select omnisql.random(), omnisql.random(1, 6), omnisql.random() from random(a, b)",
                "insert into now (a) values (gen_random_uuid()) | insert into now (a) values (omnisql.gen_random_uuid())",
                "insert into random (a) values (1) | insert into random (a) values (1)",
                "create table t (a timestamptz default now(), b date default current_date) | create table t (a timestamptz default omnisql.now(), b date default omnisql.current_date())",
                "create function now() returns int language sql as 'select 1' | create function now() returns int language sql as 'select 1'",
                "create function f() returns timestamptz language sql as $x$ select now() $x$ | create function f() returns timestamptz language sql as $x$ select omnisql.now() $x$",
                "create function f() returns text language sql as 'select ''it''''s'', now()' | create function f() returns text language sql as 'select ''it''''s'', omnisql.now()'",
                "create function f() returns timestamptz begin atomic select now(); end | create function f() returns timestamptz begin atomic select omnisql.now(); end",
                "create view v as select now() as current_date | create view v as select omnisql.now() as current_date",
            })
    void takesTimeAndChanceFromTheEnvelope(String sql, String rewritten) {
        assertThat(draft(sql).sql()).isEqualTo(rewritten);
    }

    @Test
    void keepsPlainPasswordsOutOfTheLog() {
        assertThat(draft("alter user u with password 'it''s' valid until '2030-01-01'")
                        .sql())
                .isEqualTo("alter user u with password 'verifier of it''s' valid until '2030-01-01'");
        assertThat(draft("create role r password null").sql()).isEqualTo("create role r password null");
        String verifier = "SCRAM-SHA-256$4096:AAAA$" + "A".repeat(43) + "=:" + "B".repeat(43) + "=";
        assertThat(draft("create role r password '" + verifier + "'").sql()).contains("'" + verifier + "'");
        assertThat(StatementDraft.of(parse("create role r password u&'x\\0061'"), p -> p))
                .isInstanceOf(Drafted.No.class);
    }

    @Test
    void anEmptyPasswordIsLeftToPostgres() {
        assertThat(draft("create role r password ''").sql()).isEqualTo("create role r password ''");
    }

    /** PostgreSQL would take it for a password in plain text, and each node would salt it for itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
                "SCRAM-SHA-256$99999999999999999999:AAAA$" + KEY + ":" + KEY,
                "SCRAM-SHA-256$4096:AAA$" + KEY + ":" + KEY,
                "SCRAM-SHA-256$4096:AA=A$" + KEY + ":" + KEY,
                "SCRAM-SHA-256$4096:AAAA$" + KEY + ":A" + KEY,
                "md5" + KEY,
            })
    void whatIsNoVerifierToPostgresIsMadeOne(String password) {
        assertThat(draft("create role r password '" + password + "'").sql())
                .isEqualTo("create role r password 'verifier of " + password + "'");
    }

    @Test
    void givesStatementsThatDifferInPlainLiteralsOneShape() {
        assertThat(draft("update t set a = 1, b = 'x' where id = 7").shape())
                .isEqualTo(draft("update t set a = 22,  b = $$y$$ /* c */ where id = 8")
                        .shape());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "insert into t values ('x') | insert into t values ('now')",
                "insert into t values (1) | insert into t values (1.5)",
                "insert into t values (1) | insert into t values (12345678901)",
                "insert into t select * from s order by 1 limit 5 | insert into t select * from s order by 2 limit 5",
                "insert into t select a::numeric(10,2) from s group by 1 | insert into t select a::numeric from s group by 1",
                "insert into t values (B'1') | insert into t values ('1')",
                "update t set a = $1 | update t set a = $2",
                "insert into t select string_agg(concat(a, 'x'), ',' order by concat(a, 'x')) from s | insert into t select string_agg(concat(a, 'x'), ',' order by concat(a, 'y')) from s",
            })
    void keepsInTheShapeWhatMayChangeTheVerdict(String one, String other) {
        assertThat(draft(one).shape()).isNotEqualTo(draft(other).shape());
    }

    @Test
    void analysesManyRowsAlikeAsTwo() {
        StringBuilder sql = new StringBuilder("insert into t (a, b) values (0, 'x')");
        for (int i = 1; i < 10_000; i++) {
            sql.append(", (").append(i).append(", 'x')");
        }

        StatementDraft draft = draft(sql + " returning a");

        assertThat(draft.analysed()).containsExactly("insert into t (a, b) values (0, 'x'), (1, 'x') returning a");
        assertThat(draft.sql()).hasSizeGreaterThan(100_000);
        assertThat(draft("insert into t values (1), (2), (now()), (3), (4), (5)")
                        .analysed())
                .containsExactly("insert into t values (1), (2), (omnisql.now()), (3), (4)");
        assertThat(draft("insert into t values ('a'), ('b'), ('now')").analysed())
                .containsExactly("insert into t values ('a'), ('b'), ('now')");
    }

    @Test
    void refusesAParameterThatReadsTheClock() {
        StatementDraft draft = draft("insert into t values ($1, $2)");
        Verdict verdict = new Verdict.Safe(false, List.of(2));

        assertThat(draft.finish(verdict, List.of(text("now"), text("2024-01-01")), List.of()))
                .isInstanceOf(Finished.Ready.class);
        assertThat(draft.finish(verdict, List.of(text("x"), text("Today")), List.of()))
                .isInstanceOf(Finished.No.class);
        assertThat(draft.finish(verdict, List.of(text("x"), new Parameter(1184, 0, null)), List.of()))
                .isInstanceOf(Finished.Ready.class);
    }

    @Test
    void executesDefinitionsAloneAndWithInputs() {
        Finished.Ready finished = (Finished.Ready)
                draft("create table t (a int)").finish(new Verdict.Safe(false, List.of()), List.of(), List.of(1));

        assertThat(finished.needsInputs()).isTrue();
        assertThat(finished.statement().group()).isEqualTo(Grouping.ALONE);
        assertThat(finished.statement().resultFormats()).containsExactly(1);
    }

    private static Parameter text(String value) {
        return new Parameter(0, 0, value.getBytes(StandardCharsets.UTF_8));
    }

    private static SqlStatement parse(String sql) {
        return StatementSplitter.split(sql).getFirst();
    }

    private static StatementDraft draft(String sql) {
        return ((Drafted.Ready) StatementDraft.of(parse(sql), password -> "verifier of " + password)).draft();
    }
}
