package io.omnisql.node.pgwire;

import static io.omnisql.node.pgwire.PipelineTest.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.WaitingSession;
import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.CancelRequest;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How sessions begin, wait, are cancelled, broken and ended. */
@Timeout(60)
class SessionTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static TestServer node;

    @BeforeAll
    static void start() {
        node = new TestServer(250, 1 << 20);
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @BeforeEach
    void table() {
        node.superuser("DROP TABLE IF EXISTS t; CREATE TABLE t (id int); ALTER TABLE t OWNER TO ana");
        node.cluster.commands().clear();
    }

    @Test
    void passwordsAreCheckedByPostgres() {
        assertThatThrownBy(() -> FrameClient.open(node.address(), "ana", "wrong", Map.of()))
                .hasMessageContaining("28P01");
        assertThatThrownBy(() -> FrameClient.open(node.address(), "nobody", "x", Map.of()))
                .hasMessageContaining("28P01");
    }

    @Test
    void whatAClientMustNotAskForIsRefusedAtTheDoor() {
        assertThatThrownBy(() -> FrameClient.open(node.address(), "omnisql_system", "x", Map.of()))
                .hasMessageContaining("28000");
        for (Map<String, String> options : List.of(
                Map.of("options", "-c default_transaction_read_only=off"),
                Map.of("options", "--default-transaction-read-only=off"),
                Map.of("options", "-c DEFAULT_transaction_read_only=off"),
                Map.of("options", "-c search_path=a\\"),
                Map.of("default_transaction_read_only", "off"),
                Map.of("replication", "database"),
                Map.of("client_encoding", "LATIN1"),
                Map.of("options", "-c omnisql.read_level=newest"),
                Map.of("options", "-c session_replication_role=replica"))) {
            assertThatThrownBy(() -> node.client(options)).as("%s", options).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSessionOfPostgresIsAlwaysReadOnly() throws IOException {
        try (FrameClient client = node.client(Map.of("options", "-c search_path=public -c timezone=Asia/Tokyo"))) {
            assertThat(said(client.query("SHOW default_transaction_read_only"))).contains("D[on]");
            assertThat(said(client.query("SHOW timezone"))).contains("D[Asia/Tokyo]");
        }
    }

    @Test
    void driversAreToldThatAMemberTakesWrites() throws IOException {
        try (FrameClient client = node.client()) {
            assertThat(client.reported("in_hot_standby")).isEqualTo("off");
            assertThat(client.reported("default_transaction_read_only")).isEqualTo("off");
            assertThat(said(client.query("SHOW transaction_read_only"))).isEqualTo("T D[off] C[SHOW] Z[IDLE]");
            assertThat(said(client.query("SHOW Transaction_Read_Only; SELECT 1")))
                    .contains("D[on]");
            client.query("BEGIN");
            assertThat(said(client.query("SHOW transaction_read_only"))).contains("D[on]");
            client.query("ROLLBACK");
        }
    }

    @Test
    void eventLoopsShareTheSessions() throws IOException {
        node.cluster.callers().clear();
        for (int i = 0; i < 4; i++) {
            try (FrameClient client = node.client()) {
                client.query("INSERT INTO t VALUES (1)");
            }
        }
        assertThat(node.cluster.callers()).hasSize(2);
    }

    @Test
    void encryptionIsDeclinedInTheProtocolsWay() throws IOException {
        try (var socket = new Socket(node.address().getAddress(), node.port)) {
            socket.getOutputStream().write(FrontendEncoder.encode(new FrontendMessage.SSLRequest()));
            assertThat(socket.getInputStream().read()).isEqualTo('N');
        }
    }

    @Test
    void aNodeThatCatchesUpSaysSo() throws IOException {
        node.unavailable = Optional.of(SqlError.of("57P03", "this node is catching up"));
        try {
            assertThatThrownBy(node::client).hasMessageContaining("57P03");
        } finally {
            node.unavailable = Optional.empty();
        }
    }

    @Test
    void cancelsWhatPostgresExecutes() throws Exception {
        try (FrameClient client = node.client()) {
            client.send(new Query("SELECT count(*) FROM generate_series(1, 100000000000)"));
            await().atMost(SOON)
                    .until(() -> node.single(
                                    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ana' AND state = 'active'"
                                            + " AND query LIKE '%100000000000%'")
                            .equals("1"));
            cancel(client);
            assertThat(said(client.untilReady())).endsWith("E[57014] Z[IDLE]");
            assertThat(said(client.query("SELECT 1"))).endsWith("C[SELECT 1] Z[IDLE]");
        }
    }

    @Test
    void aWrongKeyCancelsNothing() throws Exception {
        try (FrameClient client = node.client()) {
            node.cluster.writesAllowed.acquire();
            client.send(new Query("INSERT INTO t VALUES (1)"));
            awaitCommands(1);
            try (FrameClient other = FrameClient.connect(node.address())) {
                other.send(new CancelRequest(client.key().processId(), new byte[] {1, 2, 3, 4}));
                assertThat(other.untilClosed()).isEmpty();
            }
            node.cluster.writesAllowed.release();
            assertThat(said(client.untilReady())).isEqualTo("C[INSERT 0 1] Z[IDLE]");
        }
    }

    @Test
    void aWriteThatIsCancelledTwiceIsToldAsUnknownAndStillHappens() throws Exception {
        try (FrameClient client = node.client()) {
            node.cluster.writesAllowed.acquire();
            client.send(new Query("INSERT INTO t VALUES (1)"));
            awaitCommands(1);
            assertThat(isGivenUp()).isFalse();
            cancel(client);
            await().atMost(SOON).until(SessionTest::isGivenUp);
            cancel(client);
            assertThat(said(client.untilReady())).isEqualTo("E[40003] Z[IDLE]");
            node.cluster.writesAllowed.release();
            await().atMost(SOON)
                    .until(() -> node.single("SELECT count(*) FROM t").equals("1"));
        }
    }

    @Test
    void aWriteGoesOnWhenItsClientIsGone() throws Exception {
        FrameClient client = node.client();
        node.cluster.writesAllowed.acquire();
        client.send(new Query("INSERT INTO t VALUES (1)"));
        awaitCommands(1);
        client.abort();
        await().atMost(SOON).until(() -> node.server.sessions() == 0);
        node.cluster.writesAllowed.release();
        await().atMost(SOON).until(() -> node.single("SELECT count(*) FROM t").equals("1"));
    }

    @Test
    void aReadEndsWhenItsClientIsGone() throws Exception {
        FrameClient client = node.client();
        client.send(new Query("SELECT count(*) FROM generate_series(1, 100000000000)"));
        await().atMost(SOON).until(() -> activeBackends() == 1);
        client.abort();
        await().atMost(SOON).until(() -> activeBackends() == 0);
    }

    @Test
    void aWriteOnItsWayIsAnsweredThoughTheSessionOfPostgresDied() throws Exception {
        FrameClient client = node.client();
        client.query("SELECT 1");
        node.cluster.writesAllowed.acquire();
        client.send(new Query("INSERT INTO t VALUES (1)"));
        awaitCommands(1);
        node.superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ana'"
                + " AND query NOT LIKE 'COMMIT%' AND query NOT LIKE 'BEGIN%' AND client_addr IS NOT NULL");
        node.cluster.writesAllowed.release();

        assertThat(said(client.untilClosed())).contains("C[INSERT 0 1] Z[IDLE]").endsWith("E[57P01]");
    }

    @Test
    void tooManyClientsAreTurnedAwayAndPlacesComeBack() throws Exception {
        try (var small = new TestServer(3, 1 << 20)) {
            List<FrameClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(small.client());
            }
            assertThatThrownBy(small::client).hasMessageContaining("53300");
            clients.removeLast().close();
            await().atMost(SOON).until(() -> small.server.sessions() == 2);
            clients.add(small.client());
            assertThat(said(clients.getLast().query("SELECT 1"))).endsWith("C[SELECT 1] Z[IDLE]");

            small.server.stop(Duration.ofSeconds(5));

            for (FrameClient client : clients) {
                assertThat(said(client.untilClosed())).isEqualTo("E[57P01]");
            }
        }
    }

    @Test
    void aDrainedServerEndsSessionsAfterTheirTransactionAndTakesClientsAgainLater() throws Exception {
        try (var drained = new TestServer(10, 1 << 20)) {
            FrameClient idle = drained.client();
            FrameClient busy = drained.client();
            busy.query("BEGIN; SELECT 1");

            drained.server.drain(true);

            assertThat(said(idle.untilClosed())).isEqualTo("E[57P01]");
            assertThatThrownBy(drained::client).hasMessageContaining("57P03");
            assertThat(said(busy.query("SELECT 2"))).endsWith("Z[IN_TRANSACTION]");
            busy.send(new Query("COMMIT"));
            assertThat(said(busy.untilClosed())).contains("C[COMMIT] Z[IDLE]").endsWith("E[57P01]");
            drained.server.awaitNoSessions(SOON);
            assertThat(drained.server.sessions()).isZero();

            drained.server.drain(false);
            try (FrameClient back = drained.client()) {
                assertThat(said(back.query("SELECT 1"))).endsWith("C[SELECT 1] Z[IDLE]");
            }
        }
    }

    @Test
    void aMessageAboveTheBoundEndsTheSessionWithAClearError() throws IOException {
        try (FrameClient client = node.client()) {
            client.send(new byte[] {'Q', 0x7F, 0, 0, 0});
            assertThat(said(client.untilClosed())).isEqualTo("E[54000]");
        }
    }

    @Test
    void aStrangerIsNeitherWaitedForNorListenedToForEver() throws IOException {
        try (FrameClient silent = FrameClient.connect(node.address());
                FrameClient loud = FrameClient.connect(node.address())) {
            loud.send(new byte[] {0, 2, 0, 0, 0, 3, 0, 0});
            assertThat(said(loud.untilClosed())).isEqualTo("E[54000]");
            assertThat(said(silent.untilClosed())).isEqualTo("E[28000]");
        }
    }

    @Test
    void garbageNeverHarmsOthers() throws IOException {
        var random = new Random(20_260_101);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(300)];
            random.nextBytes(garbage);
            FrameClient client = i % 2 == 0 ? FrameClient.connect(node.address()) : node.client();
            client.send(garbage);
            client.abort();
        }
        for (int i = 0; i < 20; i++) {
            // Well-formed frames in a senseless order: the session may fail, the server may not.
            FrameClient client = node.client();
            client.send(
                    new FrontendMessage.CopyDone(),
                    new FrontendMessage.CopyFail("why not"),
                    new FrontendMessage.FunctionCall(new byte[0]),
                    new FrontendMessage.Execute("none", 0),
                    new FrontendMessage.Sync(),
                    new FrontendMessage.SASLResponse(new byte[] {1}));
            assertThat(said(client.untilClosed())).isEqualTo("E[0A000] Z[IDLE] E[34000] Z[IDLE] E[08P01]");
            client.close();
        }
        try (FrameClient client = node.client()) {
            assertThat(said(client.query("SELECT 1"))).endsWith("C[SELECT 1] Z[IDLE]");
        }
        await().atMost(SOON).until(() -> node.server.sessions() == 0);
    }

    @Test
    void aSlowReaderStopsPostgresInsteadOfFillingTheNode() throws Exception {
        try (FrameClient client = node.client()) {
            client.send(new Query("SELECT repeat('x', 100000) FROM generate_series(1, 2000)"));

            await().atMost(SOON)
                    .until(() -> node.single(
                                    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ana' AND wait_event = 'ClientWrite'")
                            .equals("1"));
            assertThat(client.untilReady()).hasSize(2_003);
        }
    }

    @Test
    void twoHundredClientsWriteAndReadAtOnce() throws Exception {
        var failures = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int id = i;
                clients.add(() -> {
                    try (FrameClient client = node.client()) {
                        for (int k = 0; k < 3; k++) {
                            String wrote = said(client.query("INSERT INTO t VALUES (" + id + ")"));
                            String read = said(client.query("SELECT count(*) FROM t WHERE id = " + id));
                            if (!wrote.equals("C[INSERT 0 1] Z[IDLE]") || !read.contains("D[" + (k + 1) + "]")) {
                                failures.incrementAndGet();
                            }
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(clients)) {
                done.get();
            }
        }
        assertThat(failures).hasValue(0);
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("600");
    }

    @Test
    void clientsHearOfAPostgresThatDied() throws Exception {
        try (var own = new TestServer();
                FrameClient client = own.client()) {
            own.postgres.kill();
            List<BackendMessage> last = client.untilClosed();
            assertThat(last.getLast())
                    .isInstanceOfSatisfying(
                            ErrorResponse.class,
                            error -> assertThat(error.fields().sqlState()).isEqualTo("57P01"));
            await().atMost(SOON).ignoreExceptions().until(() -> {
                try (FrameClient again = own.client()) {
                    return said(again.query("SELECT 1")).endsWith("Z[IDLE]");
                }
            });
        }
    }

    /** Whether the client of the last write does not want it any more. */
    private static boolean isGivenUp() {
        WaitingSession session = node.cluster.commands().getLast().session();
        return session != null && session.hasGivenUp();
    }

    private static void cancel(FrameClient client) throws IOException {
        try (FrameClient other = FrameClient.connect(node.address())) {
            other.send(new CancelRequest(client.key().processId(), client.key().secretKey()));
            other.untilClosed();
        }
    }

    private static void awaitCommands(int count) {
        await().atMost(SOON).until(() -> node.cluster.commands().size() == count);
    }

    private static int activeBackends() {
        return Integer.parseInt(
                node.single("SELECT count(*) FROM pg_stat_activity WHERE usename = 'ana' AND state = 'active'"));
    }
}
