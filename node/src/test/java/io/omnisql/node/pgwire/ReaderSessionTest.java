package io.omnisql.node.pgwire;

import static io.omnisql.node.pgwire.PipelineTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.pgprotocol.BackendMessage;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session at a read replica: it reads as anywhere, and nothing that writes leaves the node. */
@Timeout(60)
class ReaderSessionTest {
    private static TestServer node;
    private FrameClient client;

    @BeforeAll
    static void start() {
        node = TestServer.reader();
        node.superuser("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); ALTER TABLE t OWNER TO ana;"
                + "CREATE FUNCTION adds() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (9) RETURNING id'");
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = node.client();
    }

    @AfterEach
    void nothingWasWritten() throws IOException {
        client.close();
        assertThat(node.cluster.commands()).isEmpty();
        assertThat(node.single("SELECT count(*) FROM t")).isEqualTo("1");
    }

    private static void isRefused(List<BackendMessage> answers) {
        assertThat(answers)
                .filteredOn(ErrorResponse.class::isInstance)
                .singleElement()
                .satisfies(error -> {
                    var fields = ((ErrorResponse) error).fields();
                    assertThat(fields.sqlState()).isEqualTo("25006");
                    assertThat(fields.message()).contains("read replica");
                    assertThat(fields.hint()).contains("Connect to a member");
                });
    }

    @Test
    void driversAreToldThatItIsAStandby() throws IOException {
        assertThat(said(client.query("SHOW in_hot_standby"))).contains("D[on]");
        assertThat(said(client.query("SHOW transaction_read_only"))).contains("D[on]");
        assertThat(client.reported("in_hot_standby")).isEqualTo("on");
        assertThat(client.reported("default_transaction_read_only")).isEqualTo("on");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (2)",
                "CREATE TABLE u ()",
                "INSERT INTO t VALUES (2); DELETE FROM t",
                "SET search_path = public; INSERT INTO t VALUES (2)",
                "SELECT adds()",
                "SELECT adds(), count(*) FROM generate_series(1, 100000)"
            })
    void aWriteIsRefused(String sql) throws IOException {
        isRefused(client.query(sql));

        assertThat(said(client.query("SELECT count(*) FROM t"))).contains("D[1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (2) RETURNING id", "SELECT adds()"})
    void aPreparedWriteIsRefused(String sql) throws IOException {
        client.send(
                new Parse("", sql, List.of()),
                new Bind("", "", List.of(), List.of(), List.of()),
                new Execute("", 0),
                new Sync());

        isRefused(client.untilReady());
        assertThat(said(client.query("SELECT count(*) FROM t"))).contains("D[1]");
    }

    @Test
    void aBlockReadsAndFailsWhenItWrites() throws IOException {
        assertThat(said(client.query("BEGIN"))).endsWith("Z[IN_TRANSACTION]");
        assertThat(said(client.query("SELECT count(*) FROM t"))).contains("D[1]");
        isRefused(client.query("INSERT INTO t VALUES (2)"));
        assertThat(said(client.query("SELECT 1"))).contains("E[25P02]");
        assertThat(said(client.query("ROLLBACK"))).endsWith("Z[IDLE]");

        assertThat(said(client.query("BEGIN"))).endsWith("Z[IN_TRANSACTION]");
        isRefused(client.query("SELECT adds()"));
        assertThat(said(client.query("COMMIT"))).endsWith("Z[IDLE]");
    }
}
