package io.omnisql.node.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.EmbeddedPostgres;
import io.omnisql.node.postgres.ScramVerifier;
import io.omnisql.node.postgres.TestPostgres;
import io.omnisql.node.sql.StatementDraft.Drafted;
import io.omnisql.node.sql.StatementDraft.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known hazard of statement replication, against PostgreSQL itself: refused, or the same on two databases. */
class DeterminismTest {
    private static final String INPUTS =
            "SELECT pg_catalog.set_config('omnisql.envelope', '1700000000123456', true), pg_catalog.setseed(0.25)";

    private static final List<PostgresSession> databases = new ArrayList<>();
    private static final TestPostgres postgres = TestPostgres.start();

    @BeforeAll
    static void makeTwoDatabasesOfOneContentAndDifferentHistory() throws IOException {
        for (String name : List.of("one", "two")) {
            try (PostgresSession session = postgres.session("postgres")) {
                session.execute("CREATE DATABASE " + name);
            }
            PostgresSession session = postgres.session(name);
            databases.add(session);
            session.execute(text("omnisql-schema.sql"));
            for (SqlStatement statement : StatementSplitter.split(text("determinism-schema.sql"))) {
                execute(session, rewritten(statement.sql()));
            }
        }
        // The second lived otherwise: rows moved, statements rolled back, vacuumed, analysed.
        PostgresSession second = databases.get(1);
        for (String table : List.of("acc", "plain", "pair", "keyed", "raw")) {
            second.execute("BEGIN; DELETE FROM " + table + "; ROLLBACK");
            second.execute("BEGIN; CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT * FROM " + table
                    + "; ALTER TABLE " + table + " DISABLE TRIGGER ALL; DELETE FROM " + table + "; INSERT INTO " + table
                    + " SELECT * FROM moved ORDER BY md5(moved::text); ALTER TABLE " + table
                    + " ENABLE TRIGGER ALL; COMMIT");
            second.execute("VACUUM ANALYZE " + table);
        }
    }

    @Test
    void namesTheParametersThatAreReadAsDates() throws IOException {
        Verdict verdict = analyse(Objects.requireNonNull(
                draft("insert into plain (a, c, b) values ($1, $2, $3::text), (4, $4::varchar::timestamptz, 'x')")));

        assertThat(verdict).isEqualTo(new Verdict.Safe(false, List.of(2, 4)));
    }

    @Test
    void analysesAStatementOfMoreParametersThanAFunctionTakes() throws IOException {
        for (int rows : List.of(34, 700)) {
            StringBuilder sql = new StringBuilder("insert into plain (a, c, b) values (1, null, 'x')");
            List<Integer> dates = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                int first = 3 * i + 1;
                sql.append(", ($" + first + ", $" + (first + 1) + ", ($" + (first + 2) + "::varchar[])[1])");
                dates.add(first + 1);
            }
            StatementDraft draft = Objects.requireNonNull(draft(sql.toString()));

            assertThat(analyse(draft)).isEqualTo(new Verdict.Safe(false, dates));
            assertThat(analyse(new StatementDraft(
                            draft.sql(), "", List.of(draft.sql().replace("'x'", "pg_backend_pid()::text")), false)))
                    .isInstanceOf(Verdict.Unsafe.class);
        }
        StringBuilder delete = new StringBuilder("delete from acc where id in ($1");
        for (int i = 2; i <= 200; i++) {
            delete.append(", $").append(i);
        }
        assertThat(analyse(Objects.requireNonNull(draft(delete.append(')').toString()))))
                .isInstanceOf(Verdict.Safe.class);
    }

    @Test
    void tellsWhatPostgresRefusesInPostgresWords() throws IOException {
        assertThat(analyse(Objects.requireNonNull(draft("insert into nowhere values (1)"))))
                .isInstanceOfSatisfying(
                        Verdict.Invalid.class,
                        invalid -> assertThat(invalid.sqlState()).isEqualTo("42P01"));
        assertThat(analyse(Objects.requireNonNull(draft("insert into plain values (1) where"))))
                .isInstanceOfSatisfying(
                        Verdict.Invalid.class,
                        invalid -> assertThat(invalid.sqlState()).isEqualTo("42601"));
    }

    @Test
    void leavesNothingBehindInTheCatalog() throws IOException {
        analyse(Objects.requireNonNull(draft("insert into plain (a) values ($1)")));

        assertThat(databases.getFirst().rows("SELECT 1 FROM pg_proc WHERE proname = 'omnisql_analysed'"))
                .isEmpty();
        assertThat(databases.getFirst().rows("SELECT 1 FROM pg_prepared_statements WHERE name LIKE 'omnisql%'"))
                .isEmpty();
    }

    @Test
    void seesTheSchemasThatTheClientsRoleSees() throws IOException {
        PostgresSession session = databases.getFirst();
        session.execute(
                "CREATE ROLE lowly; CREATE SCHEMA hidden; CREATE TABLE hidden.only_here (a int); CREATE SCHEMA shown;"
                        + " CREATE TABLE shown.only_here (b int); GRANT USAGE ON SCHEMA shown TO lowly");
        AnalysisRequest request = new AnalysisRequest(
                "",
                List.of("insert into only_here (b) values (1)"),
                List.of(),
                "lowly",
                new TreeMap<>(Collections.singletonMap("search_path", "hidden, shown")));

        assertThat(StatementAnalyst.analyse(request, catalog(session))).isInstanceOf(Verdict.Safe.class);
    }

    @Test
    void analysesAStatementAfterTheDefinitionsOfItsOwnCommand() throws IOException {
        List<String> before = List.of(
                "create table fresh (id int primary key, at timestamptz default omnisql.now())",
                "alter table fresh add column v text");
        List<String> statement = List.of("insert into fresh (id, v) values (1, 'x')");

        Verdict verdict = StatementAnalyst.analyse(
                new AnalysisRequest("", statement, List.of(), EmbeddedPostgres.SUPERUSER, new TreeMap<>(), before),
                catalog(databases.getFirst()));

        assertThat(verdict).isEqualTo(new Verdict.Safe(true, List.of()));
        assertThat(databases.getFirst().rows("SELECT 1 FROM pg_class WHERE relname = 'fresh'"))
                .isEmpty();
    }

    @Test
    void judgesTheCastsAndDomainsThatABodyMayUseWithoutNamingTheirFunctions() throws IOException {
        PostgresSession session = databases.getFirst();
        String use = "select clean('a')";
        assertThat(analyse(Objects.requireNonNull(draft(use)))).isInstanceOf(Verdict.Safe.class);

        session.execute("CREATE TYPE boxed AS (a int); CREATE FUNCTION unboxed(b boxed) RETURNS text LANGUAGE plpgsql"
                + " AS 'begin return pg_backend_pid(); end'; CREATE CAST (boxed AS text) WITH FUNCTION unboxed(boxed)");
        assertThat(analyse(Objects.requireNonNull(draft(use)))).isInstanceOf(Verdict.Unsafe.class);
        session.execute("DROP TYPE boxed CASCADE");

        session.execute("CREATE FUNCTION odd(a int) RETURNS bool LANGUAGE plpgsql AS"
                + " 'begin return pg_backend_pid() % 2 = a; end'; CREATE DOMAIN moody AS int CHECK (odd(value))");
        assertThat(analyse(Objects.requireNonNull(draft(use)))).isInstanceOf(Verdict.Unsafe.class);
        session.execute("DROP FUNCTION odd CASCADE; DROP DOMAIN moody");
    }

    @Test
    void judgesTheChecksOfDomainsWhereverValuesOfThemAreMade() throws IOException {
        PostgresSession session = databases.getFirst();
        session.execute("CREATE FUNCTION of_session(a int) RETURNS bool LANGUAGE sql BEGIN ATOMIC"
                + " SELECT pg_backend_pid() % 2 >= 0 OR a = 1; END; CREATE DOMAIN moody AS int CHECK (of_session(value));"
                + " CREATE DOMAIN moodier AS moody; CREATE TYPE holder AS (a int, b moody[]); CREATE TABLE held (h holder);"
                + " CREATE TABLE calm_held (h moodier); CREATE DOMAIN sane AS int CHECK (value > 0);"
                + " CREATE TYPE sane_holder AS (a sane); CREATE TABLE sane_held (h sane_holder, i sane)");
        try {
            for (String refused : List.of(
                    "insert into plain (a) values (7::moody)",
                    "insert into plain (a) values (7::moodier)",
                    "insert into plain (a) values (cardinality('{7}'::moody[]))",
                    "insert into plain (a) values (cardinality($1::moody[]))",
                    "insert into plain (b) values (row(1, array[7])::holder::text)",
                    "insert into plain (a) select a from json_populate_record(null::holder, '{}')",
                    "insert into plain (a) select a from jsonb_to_recordset('[{\"a\":1}]') as x(a moodier)",
                    "insert into held values (null)",
                    "insert into calm_held values (null)")) {
                assertThat(analyse(Objects.requireNonNull(draft(refused))))
                        .as(refused)
                        .isInstanceOf(Verdict.Unsafe.class);
            }
            for (String safe : List.of(
                    "insert into plain (a) values (7::sane)",
                    "insert into sane_held values (row(1), 2), ('(1)', $1)")) {
                assertThat(analyse(Objects.requireNonNull(draft(safe))))
                        .as(safe)
                        .isInstanceOf(Verdict.Safe.class);
            }
        } finally {
            session.execute("DROP TABLE held, calm_held, sane_held; DROP TYPE holder, sane_holder;"
                    + " DROP DOMAIN sane, moodier, moody; DROP FUNCTION of_session");
        }
    }

    @Test
    void judgesAMaterializedViewAgainWhenItIsRefreshed() throws IOException {
        String refresh = "refresh materialized view calm";
        assertThat(analyse(Objects.requireNonNull(draft(refresh)))).isInstanceOf(Verdict.Safe.class);

        databases
                .getFirst()
                .execute("CREATE OR REPLACE FUNCTION changing(a text) RETURNS text LANGUAGE plpgsql"
                        + " AS 'begin return pg_backend_pid(); end'");

        assertThat(analyse(Objects.requireNonNull(draft(refresh)))).isInstanceOf(Verdict.Unsafe.class);
    }

    @Test
    void givesANewRoleThePasswordItWasGiven() throws IOException {
        String verifier = ScramVerifier.of(
                "s\u00e9cret\u2168 '\\", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        SqlStatement statement = StatementSplitter.split(
                        "create role scrambled login encrypted password 's\u00e9cret\u2168 ''\\'")
                .getFirst();
        Drafted drafted = StatementDraft.of(statement, password -> {
            assertThat(password).isEqualTo("s\u00e9cret\u2168 '\\");
            return verifier;
        });

        String sql = ((Drafted.Ready) drafted).draft().sql();

        assertThat(sql).doesNotContain("cret");
        databases.getFirst().execute(sql);
        assertThat(databases.getFirst().single("SELECT rolpassword FROM pg_authid WHERE rolname = 'scrambled'"))
                .isEqualTo(verifier);
        databases.getFirst().execute("CREATE ROLE salted PASSWORD 'abc'");
        String stored = databases.getFirst().single("SELECT rolpassword FROM pg_authid WHERE rolname = 'salted'");
        byte[] salt = Base64.getDecoder().decode(stored.substring(stored.indexOf(':') + 1, stored.lastIndexOf('$')));
        assertThat(ScramVerifier.of("abc", salt)).isEqualTo(stored);
    }

    @Test
    void givesReadersTheirOwnClockThroughAView() throws IOException {
        PostgresSession session = databases.getFirst();
        session.execute("BEGIN READ ONLY");
        try {
            assertThat(session.single("SELECT bool_and(t = transaction_timestamp()) FROM clock"))
                    .isEqualTo("t");
            assertThat(session.rows("SELECT omnisql.gen_random_uuid(), omnisql.random()"))
                    .hasSize(1);
        } finally {
            session.execute("ROLLBACK");
        }
    }

    @Test
    void asksForTheInputsOfACommandThatHasNone() {
        assertThatThrownBy(() -> databases.getFirst().rows("INSERT INTO uu (v) VALUES ('x')"))
                .isInstanceOfSatisfying(
                        PostgresError.class, e -> assertThat(e.sqlState()).isEqualTo(StatementDraft.INPUTS_MISSING));
    }

    @AfterAll
    static void stop() {
        databases.forEach(PostgresSession::close);
        postgres.close();
    }

    static Stream<Arguments> table() throws IOException {
        return text("determinism.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\|", 3))
                .map(parts -> Arguments.of(parts[0].strip(), parts[1].strip(), parts[2].strip()));
    }

    @Tag("reference-defect-13")
    @ParameterizedTest(name = "{0}: {1}: {2}")
    @MethodSource("table")
    void isRefusedOrTheSameOnBothDatabases(String hazard, String expected, String sql) throws IOException {
        StatementDraft draft = draft(sql);
        Verdict verdict = draft == null ? new Verdict.Unsafe("refused by its text", "") : analyse(draft);

        assertThat(verdict)
                .as("%s", verdict)
                .isInstanceOf(expected.equals("SAFE") ? Verdict.Safe.class : Verdict.Unsafe.class);
        if (verdict instanceof Verdict.Safe && draft != null) {
            Finished finished = draft.finish(verdict, List.of(), List.of());
            assertThat(finished).isInstanceOf(Finished.Ready.class);
            boolean needsInputs = ((Finished.Ready) finished).needsInputs();
            assertThat(contentAfter(databases.get(1), draft.sql(), needsInputs))
                    .isEqualTo(contentAfter(databases.get(0), draft.sql(), needsInputs));
        }
    }

    private static Verdict analyse(StatementDraft draft) throws IOException {
        AnalysisRequest request = new AnalysisRequest(
                draft.shape(), draft.analysed(), List.of(), EmbeddedPostgres.SUPERUSER, new TreeMap<>());
        return StatementAnalyst.analyse(request, catalog(databases.getFirst()));
    }

    /** Executes the statement in a transaction that is rolled back, and gives what all tables hold then. */
    private static List<String> contentAfter(PostgresSession session, String sql, boolean needsInputs)
            throws IOException {
        List<String> content = new ArrayList<>();
        session.execute("BEGIN");
        try {
            if (needsInputs) {
                session.rows(INPUTS);
            }
            session.rows(sql);
            for (@Nullable
            String[] table : session.rows(
                    "SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")) {
                for (@Nullable String[] row : session.rows("SELECT t::text FROM " + table[0] + " t ORDER BY 1")) {
                    content.add(table[0] + row[0]);
                }
            }
            for (@Nullable String[] row : session.rows("SELECT last_value::text FROM sq")) {
                content.add("sq" + row[0]);
            }
        } finally {
            session.execute("ROLLBACK");
            // Sequences do not roll back: both draw alike, so both stay alike.
        }
        return content;
    }

    private static @Nullable StatementDraft draft(String sql) {
        SqlStatement statement = StatementSplitter.split(sql).getFirst();
        return switch (StatementDraft.of(statement, password -> "unused")) {
            case Drafted.Ready ready -> ready.draft();
            case Drafted.No no -> null;
        };
    }

    private static String rewritten(String sql) {
        return Objects.requireNonNull(draft(sql), sql).sql();
    }

    private static void execute(PostgresSession session, String sql) throws IOException {
        session.execute("BEGIN");
        session.rows(INPUTS);
        session.rows(sql);
        session.execute("COMMIT");
    }

    static CatalogSession catalog(PostgresSession session) {
        return (sql, values) -> {
            try {
                return session.rows(sql, values);
            } catch (PostgresError e) {
                throw new CatalogSession.CatalogError(e.sqlState(), String.valueOf(e.getMessage()));
            }
        };
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(DeterminismTest.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
