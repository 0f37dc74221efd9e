package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.Describe;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random units of the extended protocol say and do the same here and at a plain PostgreSQL. */
@Timeout(60)
class SameAsPostgresTest {
    private static final int SEEDS = 60;
    private static final int UNITS = 25;
    private static final List<String> STATEMENTS = List.of(
            "INSERT INTO t VALUES ($1, $2)",
            "INSERT INTO t VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET v = excluded.v RETURNING id, v",
            "UPDATE t SET v = v + $2 WHERE id = $1",
            "DELETE FROM t WHERE id = $1",
            "DELETE FROM t WHERE id = 3 RETURNING v",
            "SELECT count(*), sum(v) FROM t WHERE id > $1",
            "SELECT FROM nowhere",
            "INSERT INTO t VALUES (1, 1)");
    private static final List<String> QUERIES = List.of(
            "SELECT 1",
            "DEALLOCATE ALL",
            "DEALLOCATE a",
            "DISCARD ALL",
            "INSERT INTO t VALUES (100, 1) ON CONFLICT DO NOTHING",
            "DELETE FROM t WHERE id = 100");
    private static final List<String> NAMES = List.of("", "", "a", "b");
    private static final List<String> VALUES = List.of("1", "2", "3", "4", "5", "6", "7", "8", "no number");

    private static final String AN_ERROR = "an error";

    private static TestServer node;

    @BeforeAll
    static void start() {
        node = new TestServer();
        node.superuser(
                "CREATE SCHEMA plain; CREATE TABLE plain.t (id int PRIMARY KEY, v int);"
                        + "CREATE TABLE public.t (id int PRIMARY KEY, v int);"
                        + "GRANT USAGE ON SCHEMA plain TO ana; ALTER TABLE plain.t OWNER TO ana; ALTER TABLE public.t OWNER TO ana");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    static List<Long> seeds() {
        Long given = Long.getLong("seed");
        return given == null ? LongStream.range(0, SEEDS).boxed().toList() : List.of(given);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomUnitsSayAndDoTheSame(long seed) throws IOException {
        node.superuser("TRUNCATE plain.t, public.t");
        var random = new Random(seed);
        var postgres = new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                node.postgres.instance().tcpAddress().getPort());
        try (FrameClient here = node.client();
                FrameClient there = FrameClient.open(
                        postgres, TestServer.USER, TestServer.PASSWORD, Map.of("options", "-c search_path=plain"))) {
            for (int i = 0; i < UNITS; i++) {
                FrontendMessage[] unit = unit(random);
                String context = "seed " + seed + ", unit " + i + ": " + Arrays.toString(unit);
                here.send(unit);
                there.send(unit);
                String said = essence(here);
                assertThat(said).as(context).isEqualTo(essence(there));
                if (said.equals(AN_ERROR)) {
                    forgetStatements(here, there);
                }
                assertThat(table("public.t")).as(context).isEqualTo(table("plain.t"));
            }
        }
    }

    /** Which statements a failed unit has prepared depends on which error was found first. */
    private static void forgetStatements(FrameClient... clients) throws IOException {
        for (FrameClient client : clients) {
            client.query("DEALLOCATE ALL");
        }
    }

    private static String table(String name) {
        return node.single("SELECT coalesce(string_agg(t::text, ' ' ORDER BY id), '') FROM " + name + " t");
    }

    /**
     * Everything that was said, or that there was an error: where several messages of a unit are wrong, which one is found first differs,
     * because writes are executed when the unit ends.
     */
    private static String essence(FrameClient client) throws IOException {
        String said = PipelineTest.said(client.untilReady());
        return said.contains("E[") ? AN_ERROR : said;
    }

    private static FrontendMessage[] unit(Random random) {
        if (random.nextInt(10) == 0) {
            return new FrontendMessage[] {new Query(pick(QUERIES, random))};
        }
        List<FrontendMessage> unit = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            message(unit, random);
        }
        unit.add(new Sync());
        return unit.toArray(FrontendMessage[]::new);
    }

    private static void message(List<FrontendMessage> unit, Random random) {
        String name = pick(NAMES, random);
        switch (random.nextInt(9)) {
            case 0 -> unit.add(new Parse(name, pick(STATEMENTS, random), List.of()));
            case 1 -> {
                if (unit.isEmpty()) { // A statement that is closed behind a write stays closed when the write fails.
                    unit.add(new Close(Target.STATEMENT, name));
                }
                unit.add(new Parse(name, pick(STATEMENTS, random), List.of()));
            }
            case 2 -> unit.add(new Describe(Target.STATEMENT, name));
            case 3 -> unit.add(new Describe(Target.PORTAL, random.nextBoolean() ? "" : "p"));
            case 4 -> unit.add(new Close(Target.PORTAL, random.nextBoolean() ? "" : "p"));
            case 5 -> unit.add(new Execute(random.nextInt(3) == 0 ? "p" : "", 0));
            default -> {
                String portal = random.nextInt(6) == 0 ? "p" : "";
                unit.add(bind(portal, name, random));
                if (random.nextBoolean()) {
                    unit.add(new Describe(Target.PORTAL, portal));
                }
                unit.add(new Execute(portal, 0));
            }
        }
    }

    private static Bind bind(String portal, String statement, Random random) {
        int count = random.nextInt(10) == 0 ? random.nextInt(4) : 2 - random.nextInt(2);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int choices = random.nextInt(6) == 0 ? VALUES.size() : VALUES.size() - 1;
            values.add(FrameClient.text(VALUES.get(random.nextInt(choices))));
        }
        return new Bind(portal, statement, List.of(), values, List.of());
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
