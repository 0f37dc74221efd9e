package io.omnisql.node.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.AppliedResult;
import io.omnisql.omnipaxos.Entry;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever groups its entries fall into: the same log gives the same database. */
class ApplierDeterminismTest {
    private static final long SEED = Long.getLong("seed", 42);
    private static final String DUMP =
            "SELECT md5(coalesce(string_agg(x::text, ';' ORDER BY x::text), '')) FROM (SELECT 't', k, v FROM t"
                    + " UNION ALL SELECT 's', id, k::text FROM s) x";

    @Test
    void twoAppliersOfOneLogEndEqual() throws Exception {
        try (var grouped = AppliedNode.start();
                var single = AppliedNode.start(AppliedNode.limits(1, 200_000, 32 << 20))) {
            grouped.apply(Commands.id(0).ddl("CREATE TABLE s (id serial PRIMARY KEY, k int UNIQUE)"));
            var random = new Random(SEED);
            for (int i = 1; i <= 1_500; i++) {
                grouped.decide(drawn(i, random));
            }
            grouped.postgres.kill();
            grouped.awaitAll();

            List<Entry> all = grouped.log.all();
            all.subList(1, all.size()).forEach(single.log::add);
            single.applier().decided(1, all.subList(1, all.size()));
            single.awaitAll();

            assertThat(grouped.value(DUMP)).as("-Dseed=" + SEED).isEqualTo(single.value(DUMP));
            assertThat(grouped.digest()).as("-Dseed=" + SEED).isEqualTo(single.digest());
            assertThat(grouped.applier().digests().recent())
                    .containsAllEntriesOf(single.applier().digests().recent());
            assertThat(grouped.applier().status().groups())
                    .isLessThan(single.applier().status().groups());
        }
    }

    /** Upserts, violations, serial numbers, repeated requests, two roles' settings. */
    private static Commands drawn(int i, Random random) {
        String key = Integer.toString(random.nextInt(50));
        return switch (random.nextInt(8)) {
            case 0 -> Commands.id(i).sql("INSERT INTO t VALUES ($1, $2)", key, "plain" + i);
            case 1 -> Commands.id(i).sql("INSERT INTO s (k) VALUES ($1) RETURNING id", key);
            case 2 ->
                Commands.id(i)
                        .sql("INSERT INTO s (k) VALUES ($1)", "" + (1_000 + i))
                        .sql("SELECT 1 / ($1::int % 3)", key);
            case 3 ->
                Commands.id(Math.max(1, i - random.nextInt(20))).sql("UPDATE t SET v = v || '+' WHERE k = $1", key);
            case 4 ->
                Commands.id(i)
                        .setting("timezone", "Asia/Tokyo")
                        .sql("UPDATE t SET v = current_setting('timezone') WHERE k = $1", key);
            case 5 -> Commands.id(i).sql("DELETE FROM t WHERE k = $1 RETURNING *", key);
            default ->
                Commands.id(i)
                        .sql(
                                "INSERT INTO t VALUES ($1, $2) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
                                key,
                                "upsert" + i);
        };
    }

    @Test
    void aFailedCommandBurnsNoNumberOfASequence() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0).ddl("CREATE TABLE s (id serial PRIMARY KEY, k int UNIQUE)"));

            node.apply(
                    Commands.id(1).sql("INSERT INTO s (k) VALUES (1)"),
                    Commands.id(2).sql("INSERT INTO s (k) VALUES (1)"),
                    Commands.id(3).sql("INSERT INTO s (k) VALUES (3)"));

            assertThat(node.value("SELECT string_agg(id || ':' || k, ',' ORDER BY id) FROM s"))
                    .isEqualTo("1:1,2:3");
        }
    }

    /** PostgreSQL keeps these as trees, not as text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CREATE FUNCTION p() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT setval('s', 5, false); END | SELECT p()",
                "CREATE TABLE p (i int, n bigint DEFAULT setval('s', 5, false)) | INSERT INTO p VALUES (1)",
                "CREATE VIEW p AS SELECT setval('s', 5, false) AS n | SELECT * FROM p",
            })
    void whatADefinitionSetsASequenceToOutlivesAFailedCommand(String definition, String use) throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(
                    Commands.id(0).ddl("CREATE SEQUENCE s"),
                    Commands.id(1).sql("SELECT nextval('s')"),
                    Commands.id(2).ddl(definition),
                    Commands.id(3).sql(use));

            node.apply(Commands.id(4).sql("SELECT 1 / 0"));

            assertThat(node.value("SELECT last_value || ' ' || is_called FROM s"))
                    .isEqualTo("5 false");
        }
    }

    @Test
    void aDeferredConstraintFailsItsOwnCommand() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(0).ddl("CREATE TABLE d (k int UNIQUE DEFERRABLE INITIALLY DEFERRED)"));
            var wrong = node.results.expect(Commands.id(2).requestId());

            node.apply(
                    Commands.id(1).sql("INSERT INTO d VALUES (1)"),
                    Commands.id(2).sql("INSERT INTO d VALUES (1)"),
                    Commands.id(3).sql("INSERT INTO d VALUES (3)"));

            assertThat(AppliedNode.sqlState(CollectedResults.get(wrong))).isEqualTo("23505");
            assertThat(node.value("SELECT string_agg(k::text, ',') FROM d")).isEqualTo("1,3");
        }
    }

    @Test
    void aSettingThatAFunctionLeavesBehindReachesNobody() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(Commands.id(1).ddl("""
                    CREATE FUNCTION leave() RETURNS text LANGUAGE plpgsql AS $$
                    BEGIN SET timezone TO 'Asia/Tokyo'; RETURN current_setting('timezone'); END $$"""));

            node.apply(
                    Commands.id(2).sql("INSERT INTO t SELECT 1, leave()"),
                    Commands.id(3).sql("INSERT INTO t SELECT 2, current_setting('timezone')"));

            assertThat(node.value("SELECT string_agg(v, ',' ORDER BY k) FROM t"))
                    .isEqualTo("Asia/Tokyo,UTC");
        }
    }

    @Test
    void anErrorThatAUserRaisesIsAResultWhateverCodeItChooses() throws Exception {
        try (var node = AppliedNode.start()) {
            AppliedResult result = node.apply(
                    Commands.id(1).sql("DO $$ BEGIN RAISE EXCEPTION 'mine' USING ERRCODE = '53100'; END $$"));

            assertThat(AppliedNode.sqlState(result)).isEqualTo("53100");
            assertThat(node.applier().status().retries()).isZero();
        }
    }

    @Test
    void aResultBeyondTheLimitIsAnErrorAndHasNoEffect() throws Exception {
        try (var node = AppliedNode.start()) {
            AppliedResult large = node.apply(Commands.id(1)
                    .sql("INSERT INTO t SELECT i, repeat('x', 20000) FROM generate_series(1, 1000) i RETURNING v"));
            AppliedResult next = node.apply(Commands.id(2).sql("INSERT INTO t VALUES (1, 'a')"));

            assertThat(AppliedNode.sqlState(large)).isEqualTo("54000");
            assertThat(AppliedNode.text(next)).contains("INSERT 0 1");
            assertThat(node.value("SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void theSameInputsGiveTheSameTimeAndChance() throws Exception {
        try (var node = AppliedNode.start()) {
            String sql = "INSERT INTO t SELECT $1, current_setting('omnisql.envelope') || ' ' || random()";

            node.apply(
                    Commands.id(1).withInputs().sql(sql, "1"),
                    Commands.id(2).withInputs().sql(sql, "2"),
                    Commands.id(3).sql("INSERT INTO t SELECT 3, current_setting('omnisql.envelope')"));

            assertThat(node.value("SELECT v FROM t WHERE k = 1")).startsWith("1800000000000001 0.");
            assertThat(node.value("SELECT v FROM t WHERE k = 2")).startsWith("1800000000000002 0.");
            assertThat(node.value("SELECT v FROM t WHERE k = 3")).isEmpty();
        }
    }

    /** As over a fresh session, which a node has after its restart. */
    @Test
    void aFunctionSeesTheTableThatADefinitionPutBeforeItsOwn() throws Exception {
        try (var node = AppliedNode.start()) {
            node.apply(
                    Commands.id(0).ddl("CREATE SCHEMA app"),
                    Commands.id(1).ddl("CREATE TABLE public.noted (i int)"),
                    Commands.id(2)
                            .ddl("CREATE FUNCTION public.note(x int) RETURNS void LANGUAGE plpgsql AS"
                                    + " 'BEGIN INSERT INTO noted VALUES (x); END'"));
            for (int i = 3; i < 10; i++) {
                node.apply(Commands.id(i).sql("SELECT note(1)"));
            }

            node.apply(
                    Commands.id(10).ddl("CREATE TABLE app.noted (i int)"),
                    Commands.id(11).sql("SELECT note(2)"));

            assertThat(node.value("SELECT count(*) FROM app.noted")).isEqualTo("1");
        }
    }
}
