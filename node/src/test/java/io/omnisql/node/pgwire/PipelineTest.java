package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.DataRow;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.Describe;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Flush;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The extended query protocol, frame by frame: answers in order, units atomic, errors skipping to Sync. */
@Timeout(30)
class PipelineTest {
    private static final String INSERT = "INSERT INTO t (id) VALUES ($1)";
    private static final String INSERT_RETURNING = "INSERT INTO t SELECT generate_series(1, 5) RETURNING id";
    private static TestServer node;
    private FrameClient client;

    @BeforeAll
    static void start() {
        node = new TestServer();
        node.superuser("CREATE TYPE mood AS ENUM ('sad', 'happy')");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @BeforeEach
    void connect() throws IOException {
        node.superuser(
                "DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, feels mood);"
                        + "DROP SEQUENCE IF EXISTS s; CREATE SEQUENCE s; ALTER TABLE t OWNER TO ana; ALTER SEQUENCE s OWNER TO ana");
        node.cluster.commands().clear();
        node.cluster.reads().clear();
        client = node.client();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    @Test
    void writesAndReadsBehindThemAreOneEntryAnsweredInOrder() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), parse("SELECT count(*) FROM t"), bind(), execute());
        client.send(parse(INSERT), bind("2"), execute(), new Sync());

        assertThat(said(client.untilReady()))
                .isEqualTo("1 2 C[INSERT 0 1] 1 2 D[1] C[SELECT 1] 1 2 C[INSERT 0 1] Z[IDLE]");
        assertThat(node.cluster.commands()).hasSize(1);
        assertThat(node.cluster.commands().getFirst().statements()).hasSize(3);
    }

    @Test
    void readsBeforeTheFirstWriteAreReadHere() throws IOException {
        client.send(parse("SELECT 7"), bind(), execute(), parse(INSERT), bind("1"), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 D[7] C[SELECT 1] 1 2 C[INSERT 0 1] Z[IDLE]");
        assertThat(node.cluster.commands().getFirst().statements()).hasSize(1);
    }

    @Test
    void aWriteIsNotDoneWhenALaterMessageOfItsUnitFails() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), parse("SELECT nonsense FROM"), bind(), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 E[42601] Z[IDLE]");
        assertThat(node.cluster.commands()).isEmpty();
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void aWriteThatFailsTakesItsUnitWithIt() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), bind("1"), execute(), bind("2"), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 C[INSERT 0 1] 2 E[23505] Z[IDLE]");
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("0");
        client.send(bind("3"), execute(), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("2 C[INSERT 0 1] Z[IDLE]");
    }

    @Test
    void anErrorBeforeTheWriteSkipsTheWrite() throws IOException {
        client.send(parse("SELECT 1/0"), bind(), execute(), parse(INSERT), bind("1"), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 E[22012] Z[IDLE]");
        assertThat(node.cluster.commands()).isEmpty();
    }

    @Test
    void aParseErrorOfTheWriteItselfIsPostgresOwn() throws IOException {
        client.send(parse("INSERT INTO nowhere VALUES (1)"), bind(), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("E[42P01] Z[IDLE]");
        assertThat(node.cluster.commands()).isEmpty();
    }

    @Test
    void flushShowsTheResultOfAWriteBeforeSync() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), new Flush());

        assertThat(said(List.of(client.next(), client.next(), client.next()))).isEqualTo("1 2 C[INSERT 0 1]");
        client.send(new Sync());
        assertThat(said(client.untilReady())).isEqualTo("Z[IDLE]");
    }

    @Test
    void returnedRowsComeInPortionsOfTheRowLimit() throws IOException {
        client.send(
                parse(INSERT_RETURNING),
                bind(),
                new Describe(Target.PORTAL, ""),
                new Execute("", 2),
                new Execute("", 2),
                new Flush());
        List<BackendMessage> first = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            first.add(client.next());
        }
        assertThat(said(first)).isEqualTo("1 2 T D[1] D[2] s D[3] D[4] s");

        client.send(new Execute("", 2), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("D[5] C[INSERT 0 5] Z[IDLE]");
        assertThat(node.cluster.commands()).hasSize(1);
    }

    @Test
    void rowLimitsOfReadsArePostgresOwn() throws IOException {
        client.query("BEGIN");
        client.send(parse("SELECT generate_series(1, 3)"), bind(), new Execute("", 2), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 2 D[1] D[2] s Z[IN_TRANSACTION]");
        client.send(new Execute("", 0), new Close(Target.PORTAL, ""), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("D[3] C[SELECT 1] 3 Z[IN_TRANSACTION]");
    }

    @Tag("reference-defect-10")
    @Test
    void aBelievedReadThatWritesGoesThroughTheLogWithAndWithoutASyncBehindIt() throws IOException {
        client.send(parse("SELECT nextval('s')"), bind(), execute(), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 2 D[1] C[SELECT 1] Z[IDLE]");
        client.send(parse("SELECT nextval('s') AS other"), bind(), execute(), parse(INSERT), bind("1"), execute());
        client.send(new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 2 D[2] C[SELECT 1] 1 2 C[INSERT 0 1] Z[IDLE]");
        assertThat(node.cluster.commands()).hasSize(2);
    }

    @Test
    void theHiddenQuestionForParameterTypesStaysHidden() throws IOException {
        client.send(parse(INSERT), new Describe(Target.STATEMENT, ""), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 t n Z[IDLE]");
    }

    @Test
    void parametersTravelWithTheTypesThatPostgresFound() throws IOException {
        byte[] five = {0, 0, 0, 5};
        client.send(
                parse("INSERT INTO t VALUES ($1, $2)"),
                new Bind("", "", List.of(1, 0), Arrays.asList(five, FrameClient.text("happy")), List.of()),
                execute(),
                new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 C[INSERT 0 1] Z[IDLE]");
        var parameters =
                node.cluster.commands().getFirst().statements().getFirst().parameters();
        assertThat(parameters.get(0).type()).isEqualTo(23);
        assertThat(parameters.get(1).type()).as("an OID of this node alone").isZero();
        assertThat(node.single("SELECT feels FROM t WHERE id = 5")).isEqualTo("happy");
    }

    @Test
    void aBinaryValueOfAUsersTypeIsRefused() throws IOException {
        client.send(
                parse("INSERT INTO t VALUES (1, $1)"),
                new Bind("", "", List.of(1), List.of(FrameClient.text("happy")), List.of()),
                execute(),
                new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 E[0A000] Z[IDLE]");
        assertThat(node.cluster.commands()).isEmpty();
    }

    @Test
    void aWriteInABlockFailsTheBlock() throws IOException {
        client.query("BEGIN");
        client.send(parse(INSERT), bind("1"), execute(), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 2 E[0A000] Z[FAILED]");
        assertThat(said(client.query("SELECT 1"))).isEqualTo("E[25P02] Z[FAILED]");
        assertThat(said(client.query("ROLLBACK"))).isEqualTo("C[ROLLBACK] Z[IDLE]");
        assertThat(node.cluster.commands()).isEmpty();
    }

    @Test
    void aRefusedStatementFailsTheBlockThatItStandsIn() throws IOException {
        client.query("BEGIN");
        client.send(parse("LOCK TABLE t"), bind(), execute(), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("E[0A000] Z[FAILED]");
        client.query("ROLLBACK");
    }

    @Test
    void transactionControlBehindAWriteIsRefused() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), parse("COMMIT"), bind(), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 E[0A000] Z[IDLE]");
        assertThat(node.cluster.commands()).isEmpty();
    }

    @Test
    void unitsMayFollowEachOtherWithoutWaiting() throws IOException {
        for (int i = 1; i <= 50; i++) {
            client.send(parse(INSERT), bind(Integer.toString(i)), execute(), new Sync());
            client.send(parse("SELECT max(id) FROM t"), bind(), execute(), new Sync());
        }
        for (int i = 1; i <= 50; i++) {
            assertThat(said(client.untilReady())).isEqualTo("1 2 C[INSERT 0 1] Z[IDLE]");
            assertThat(said(client.untilReady())).isEqualTo("1 2 D[" + i + "] C[SELECT 1] Z[IDLE]");
        }
    }

    @Test
    void namedStatementsAndPortalsKeepTheirMeaning() throws IOException {
        client.send(new Parse("w", INSERT, List.of(23)), new Parse("r", "SELECT id FROM t", List.of()), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 1 Z[IDLE]");
        client.send(new Parse("w", "SELECT 1", List.of()), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("E[42P05] Z[IDLE]");
        client.send(
                new Bind("p", "w", List.of(), List.of(FrameClient.text("9")), List.of()),
                new Execute("p", 0),
                new Sync());
        assertThat(said(client.untilReady())).isEqualTo("2 C[INSERT 0 1] Z[IDLE]");
        client.send(new Close(Target.STATEMENT, "w"), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("3 Z[IDLE]");
        client.send(new Bind("p", "w", List.of(), List.of(FrameClient.text("8")), List.of()), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("E[26000] Z[IDLE]");
    }

    @Test
    void readsOfLevelLeaderTravelToTheLeaderAndCatalogReadsDoNot() throws IOException {
        try (var follower = new TestServer()) {
            follower.cluster.becomeFollower();
            try (FrameClient reader = follower.client(Map.of("options", "-c omnisql.read_level=leader"))) {
                assertThat(said(reader.query("SELECT 1; SELECT 2")))
                        .isEqualTo("T D[1] C[SELECT 1] T D[2] C[SELECT 1] Z[IDLE]");
                assertThat(follower.cluster.reads())
                        .allMatch(read -> read.level() == ReadLevel.LEADER && !read.isHere());
                reader.query("SELECT count(*) > 0 FROM pg_class");
                assertThat(follower.cluster.reads().getLast().isHere()).isTrue();
            }
        }
    }

    /** A portal's snapshot is taken at Bind: a turn that came at Execute only would show a state older than the level promises. */
    @Test
    void aBoundReadHasHadItsTurnBeforePostgresqlTakesItsSnapshot() throws IOException {
        try (var follower = new TestServer()) {
            follower.cluster.becomeFollower();
            try (FrameClient reader = follower.client(Map.of("options", "-c omnisql.read_level=leader"))) {
                reader.send(parse("SELECT 40 + 2"), bind(), new Sync());
                assertThat(said(reader.untilReady())).isEqualTo("1 2 Z[IDLE]");
                assertThat(follower.cluster.reads().getLast().isHere()).isTrue();
                reader.send(parse("SELECT 40 + 2"), bind(), new Describe(Target.PORTAL, ""), execute(), new Sync());
                assertThat(said(reader.untilReady())).isEqualTo("1 2 T D[42] C[SELECT 1] Z[IDLE]");
            }
        }
    }

    @Test
    void aMissingPortalBehindAWriteFailsTheWriteToo() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), new Execute("p", 0), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("1 2 E[34000] Z[IDLE]");
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void aPortalWithoutRowsRunsOnceOnly() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), execute(), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 2 E[55000] Z[IDLE]");
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("0");

        client.send(parse(INSERT_RETURNING), bind(), execute(), execute(), new Sync());
        assertThat(said(client.untilReady())).endsWith("C[INSERT 0 5] C[INSERT 0 0] Z[IDLE]");
    }

    @Test
    void aStatementPreparedBehindAFailedWriteMayBePreparedAgain() throws IOException {
        client.send(parse(INSERT), bind("1"), execute(), bind("1"), execute(), new Parse("a", "SELECT 1", List.of()));
        client.send(new Sync());
        assertThat(said(client.untilReady())).endsWith("E[23505] Z[IDLE]");

        client.send(new Parse("a", "SELECT 2", List.of()), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("1 Z[IDLE]");
    }

    @Test
    void aSimpleQueryEndsTheUnnamedStatementEvenWhenItIsAWrite() throws IOException {
        client.send(parse(INSERT), new Sync());
        client.untilReady();
        client.query("INSERT INTO t (id) VALUES (7)");

        client.send(bind("8"), execute(), new Sync());
        assertThat(said(client.untilReady())).isEqualTo("E[26000] Z[IDLE]");
    }

    @Test
    void aPreparedWriteNeedsNothingOfTheClientsOwnSession() throws IOException {
        client.send(new Parse("w", INSERT, List.of()), new Describe(Target.STATEMENT, "w"), new Sync());
        client.untilReady();
        client.query("SELECT 'the last one'");

        client.send(
                new Bind("", "w", List.of(), List.of(FrameClient.text("1")), List.of()),
                new Describe(Target.PORTAL, ""),
                execute(),
                new Sync());
        assertThat(said(client.untilReady())).isEqualTo("2 n C[INSERT 0 1] Z[IDLE]");
        assertThat(node.single(
                        "SELECT query FROM pg_stat_activity WHERE usename = 'ana' AND query LIKE '%the last one%'"))
                .isEqualTo("SELECT 'the last one'");
    }

    @Test
    void malformedTextFailsTheUnitOnly() throws IOException {
        byte[] parse = FrontendEncoder.encode(parse("SELECT 'ab'"));
        parse[parse.length - 6] = (byte) 0xFF;
        client.send(parse);
        client.send(bind(), execute(), new Sync());

        assertThat(said(client.untilReady())).isEqualTo("E[22021] Z[IDLE]");
        assertThat(said(client.query("SELECT 1"))).endsWith("Z[IDLE]");
    }

    private static Parse parse(String sql) {
        return new Parse("", sql, List.of());
    }

    private static FrontendMessage bind(String... values) {
        return new Bind(
                "", "", List.of(), Arrays.stream(values).map(FrameClient::text).toList(), List.of());
    }

    private static Execute execute() {
        return new Execute("", 0);
    }

    /** Messages in one line: what tests compare. */
    static String said(List<BackendMessage> messages) {
        return messages.stream().map(PipelineTest::said).collect(Collectors.joining(" "));
    }

    private static String said(BackendMessage message) {
        return switch (message) {
            case BackendMessage.ParseComplete ignored -> "1";
            case BackendMessage.BindComplete ignored -> "2";
            case BackendMessage.CloseComplete ignored -> "3";
            case BackendMessage.NoData ignored -> "n";
            case BackendMessage.PortalSuspended ignored -> "s";
            case BackendMessage.ParameterDescription ignored -> "t";
            case BackendMessage.RowDescription ignored -> "T";
            case BackendMessage.EmptyQueryResponse ignored -> "I";
            case DataRow row ->
                "D["
                        + row.values().stream()
                                .map(value -> value == null ? "NULL" : new String(value, StandardCharsets.UTF_8))
                                .collect(Collectors.joining(","))
                        + "]";
            case CommandComplete complete -> "C[" + complete.tag() + "]";
            case ErrorResponse error -> "E[" + error.fields().sqlState() + "]";
            case ReadyForQuery ready -> "Z[" + ready.status() + "]";
            default -> message.getClass().getSimpleName();
        };
    }
}
