package io.omnisql.node.pgwire;

import static io.omnisql.node.pgwire.PipelineTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.pgprotocol.BackendMessage.NotificationResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The simple query protocol and the settings of a session. */
@Timeout(30)
class SimpleQueryTest {
    private static TestServer node;

    @BeforeAll
    static void start() {
        node = new TestServer();
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
    void notificationsThatTravelledByTheLogReachListeners() throws IOException {
        try (FrameClient listener = node.client();
                FrameClient sender = node.client()) {
            listener.query("LISTEN news");
            assertThat(said(sender.query("NOTIFY news, 'hello'"))).isEqualTo("C[NOTIFY] Z[IDLE]");

            assertThat(listener.next())
                    .isInstanceOfSatisfying(
                            NotificationResponse.class,
                            told -> assertThat(told.payload()).isEqualTo("hello"));
        }
        assertThat(node.cluster.commands()).hasSize(1);
    }

    @Test
    void simpleStringsKeepTheProtocolsStatus() throws IOException {
        try (FrameClient client = node.client()) {
            assertThat(said(client.query(""))).isEqualTo("I Z[IDLE]");
            assertThat(said(client.query("BEGIN; SELECT 1")))
                    .isEqualTo("C[BEGIN] T D[1] C[SELECT 1] Z[IN_TRANSACTION]");
            assertThat(said(client.query("NOTIFY news"))).isEqualTo("E[0A000] Z[FAILED]");
            assertThat(said(client.query("ROLLBACK"))).isEqualTo("C[ROLLBACK] Z[IDLE]");
            assertThat(said(client.query("BEGIN; INSERT INTO t VALUES (1); COMMIT")))
                    .isEqualTo("E[0A000] Z[IDLE]");
            assertThat(said(client.query("SELECT 1; SELECT 1/0; SELECT 2")))
                    .isEqualTo("T D[1] C[SELECT 1] E[22012] Z[IDLE]");
            assertThat(said(client.query("COPY (VALUES (1), (2)) TO STDOUT")))
                    .isEqualTo("CopyOutResponse CopyData CopyData CopyDone C[COPY 2] Z[IDLE]");
            assertThat(said(client.query("COPY t FROM STDIN"))).isEqualTo("E[0A000] Z[IDLE]");
            assertThat(said(client.query("INSERT INTO t VALUES (1); INSERT INTO t VALUES (1/0)")))
                    .isEqualTo("C[INSERT 0 1] E[22012] Z[IDLE]");
            assertThat(said(client.query("SELECT count(*) FROM t"))).contains("D[0]");
            assertThat(said(client.query("EXPLAIN ANALYZE INSERT INTO t VALUES (1)")))
                    .isEqualTo("E[0A000] Z[IDLE]");
            assertThat(said(client.query("SHOW omnisql.*"))).contains("D[omnisql.read_level,local]");
            assertThat(said(client.query("VACUUM"))).contains("C[VACUUM] Z[IDLE]");
        }
    }

    @Test
    void aLeadingCommentSetsTheLevelOfOneStatement() throws IOException {
        try (FrameClient client = node.client()) {
            node.cluster.reads().clear();
            client.query("/* omnisql: read_level=linearizable */ SELECT 1");
            client.query("SELECT 1");
            assertThat(node.cluster.reads().stream().map(read -> read.level()))
                    .containsExactly(ReadLevel.LINEARIZABLE, ReadLevel.LOCAL);
            assertThat(said(client.query("/* omnisql: read_level=no */ SELECT 1")))
                    .isEqualTo("E[22023] Z[IDLE]");
        }
    }

    @Tag("reference-defect-11")
    @Test
    void settingsOfABlockEndWithIt() throws IOException {
        try (FrameClient client = node.client()) {
            client.query("BEGIN");
            client.query("SET omnisql.read_level = linearizable");
            client.query("ROLLBACK");
            assertThat(said(client.query("SHOW omnisql.read_level"))).contains("D[local]");
            node.cluster.reads().clear();
            client.query("SELECT 1");
            assertThat(node.cluster.reads().getFirst().level()).isEqualTo(ReadLevel.LOCAL);
            client.query("SET omnisql.read_level = leader");
            client.query("SELECT 1");
            assertThat(node.cluster.reads().getLast().level()).isEqualTo(ReadLevel.LEADER);
            client.query("DISCARD ALL");
            client.query("SELECT 1");
            assertThat(node.cluster.reads().getLast().level()).isEqualTo(ReadLevel.LOCAL);
        }
    }

    @Test
    void aRoleMayHaveItsOwnReadLevel() throws IOException {
        node.superuser("ALTER ROLE ana SET omnisql.read_level = 'linearizable'");
        try (FrameClient client = node.client()) {
            assertThat(said(client.query("SHOW omnisql.read_level"))).contains("D[linearizable]");
        } finally {
            node.superuser("ALTER ROLE ana RESET omnisql.read_level");
        }
    }
}
