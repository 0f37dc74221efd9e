package io.omnisql.node.pgwire;

import static io.omnisql.node.pgwire.PipelineTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.pgprotocol.FrontendMessage;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Flush;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever may create functions may switch a session's settings from within a read. Nothing of that may let the client's own session
 * write: what one node's PostgreSQL did behind the log's back, the others would never know.
 */
@Timeout(60)
class NoLocalWriteTest {
    private static TestServer node;
    private static int attempts;

    @BeforeAll
    static void start() {
        node = new TestServer();
        node.superuser("""
                CREATE TABLE t (is_local bool DEFAULT (pg_catalog.inet_client_addr() IS NOT NULL));
                ALTER TABLE t OWNER TO ana;
                CREATE SEQUENCE s;
                ALTER SEQUENCE s OWNER TO ana;
                CREATE FUNCTION switch() RETURNS text LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM set_config('default_transaction_read_only', 'off', false);
                  BEGIN
                    PERFORM set_config('transaction_read_only', 'off', false);
                  EXCEPTION WHEN OTHERS THEN NULL;
                  END;
                  RETURN 'switched';
                END $$;
                CREATE FUNCTION adds() RETURNS text LANGUAGE sql AS $$ INSERT INTO t DEFAULT VALUES RETURNING 'added' $$;
                CREATE FUNCTION switches_and_adds() RETURNS text LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM switch();
                  RETURN adds();
                END $$;
                CREATE FUNCTION in_its_own_clause() RETURNS text LANGUAGE sql SET default_transaction_read_only = off
                  AS $$ SELECT adds() $$;
                CREATE FUNCTION makes_large_object() RETURNS text LANGUAGE plpgsql AS $$
                BEGIN
                  IF inet_client_addr() IS NOT NULL THEN
                    EXECUTE 'SELECT lo_' || 'create(0)';
                  END IF;
                  RETURN 'made';
                END $$;
                CREATE VIEW switching AS SELECT switch();
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @BeforeEach
    void nothingIsThere() {
        node.superuser("TRUNCATE t; SELECT pg_catalog.lo_unlink(oid) FROM pg_largeobject_metadata");
        node.cluster.commands().clear();
    }

    /** The log's sessions come over the unix socket, clients' sessions over TCP. */
    private static void nothingWasWrittenHere() {
        assertThat(node.single("SELECT count(*) FROM t WHERE is_local")).isEqualTo("0");
        assertThat(node.single("SELECT count(*) FROM pg_largeobject_metadata")).isEqualTo("0");
    }

    /** Messages of the simple protocol in turn, parted by '|'. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT switch() | SELECT adds()",
                "SELECT * FROM switching | SELECT adds()",
                "SELECT switches_and_adds()",
                "SELECT in_its_own_clause()",
                "SELECT switch(); SELECT adds()",
                "SELECT switch(); COMMIT; SELECT adds()",
                "SELECT switch(); ROLLBACK; SELECT adds()",
                "SELECT switch(); END; COMMIT; ; SELECT adds()",
                "BEGIN; SELECT switch(); COMMIT; SELECT adds()",
                "BEGIN; SELECT switch(); COMMIT; SELECT 1; SELECT adds()",
                "BEGIN; SELECT switch(); COMMIT AND CHAIN; SELECT adds()",
                "BEGIN; SELECT switch(); COMMIT; BEGIN; SELECT adds(); COMMIT",
                "BEGIN; SELECT switch(); COMMIT; BEGIN READ WRITE; SELECT adds(); COMMIT",
                "BEGIN | SELECT switch() | COMMIT; SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT; SELECT adds(); COMMIT; SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT; COPY (SELECT adds()) TO STDOUT",
                "BEGIN | SELECT switch() | COMMIT; EXPLAIN ANALYZE SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT; DECLARE c CURSOR FOR SELECT adds(); FETCH c",
                "PREPARE p AS SELECT adds() | BEGIN | SELECT switch() | COMMIT; EXECUTE p",
                "BEGIN | SELECT switch() | COMMIT; SELECT nextval('s'); SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT | SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT AND CHAIN | SELECT adds() | COMMIT",
                "BEGIN | SET TRANSACTION READ WRITE | SELECT adds()",
                "BEGIN | SET LOCAL transaction_read_only TO off | SELECT adds()",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE | SELECT adds()",
                "RESET ALL | SELECT adds()",
                "DISCARD ALL | SELECT adds()",
                "RESET default_transaction_read_only | SELECT adds()",
                "SELECT query_to_xml('TABLE switching', false, false, '') | SELECT adds()",
                "SELECT switch(); VACUUM; SELECT adds()",
                "SELECT makes_large_object()",
                "SELECT switch() | SELECT makes_large_object()",
                "BEGIN | SELECT switch() | COMMIT; SELECT makes_large_object()"
            })
    void noStringWritesHere(String messages) throws IOException {
        try (FrameClient client = node.client()) {
            for (String message : messages.split("\\|", -1)) {
                client.query(unheard(message));
            }
        }

        nothingWasWrittenHere();
    }

    /** A text that nobody has sent before: the node remembers those that turned out to write. */
    private static String unheard(String sql) {
        attempts++;
        return sql.strip().replace("()", "() AS attempt" + attempts);
    }

    private static List<FrontendMessage> pipeline(String statements) {
        List<FrontendMessage> messages = new ArrayList<>();
        for (String statement : statements.split("\\|", -1)) {
            switch (unheard(statement)) {
                case "flush" -> messages.add(new Flush());
                case "sync" -> messages.add(new Sync());
                case String sql when sql.startsWith("query ") -> messages.add(new Query(sql.substring(6)));
                case String sql ->
                    messages.addAll(List.of(
                            new Parse("", sql, List.of()),
                            new Bind("", "", List.of(), List.of(), List.of()),
                            new Execute("", 0)));
            }
        }
        messages.add(new Sync());
        return messages;
    }

    /** Statements of the extended protocol in one go, parted by '|'. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT switch() | SELECT adds()",
                "SELECT switch() | sync | SELECT adds()",
                "SELECT switch() | COMMIT | SELECT adds()",
                "SELECT switch() | ROLLBACK | SELECT adds()",
                "SELECT switch() | flush | COMMIT | flush | SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT | SELECT adds()",
                "BEGIN | SELECT switch() | END | COPY (SELECT adds()) TO STDOUT",
                "BEGIN | SELECT switch() | COMMIT AND CHAIN | SELECT adds() | COMMIT",
                "BEGIN | sync | SELECT switch() | sync | COMMIT | SELECT adds()",
                "BEGIN | sync | SELECT switch() | sync | COMMIT | BEGIN READ WRITE | SELECT adds() | COMMIT",
                "BEGIN | sync | SELECT switch() | sync | COMMIT | sync | SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT | query SELECT adds() | SELECT adds()",
                "SELECT switch() | query SELECT adds()",
                "SELECT switch() | query COMMIT; SELECT adds() | SELECT adds()",
                "SELECT switch() | VACUUM t | SELECT adds()",
                "BEGIN | SELECT switch() | COMMIT | SELECT makes_large_object()"
            })
    void noPipelineWritesHere(String statements) throws IOException {
        try (FrameClient client = node.client()) {
            List<FrontendMessage> messages = pipeline(statements);
            client.send(messages.toArray(FrontendMessage[]::new));
            long ends = messages.stream()
                    .filter(message -> message instanceof Sync || message instanceof Query)
                    .count();
            for (long i = 0; i < ends; i++) {
                client.untilReady();
            }
        }

        nothingWasWrittenHere();
    }

    @Test
    void theClientHearsWhatPostgresWouldSay() throws IOException {
        String string = "BEGIN; SELECT 1; COMMIT; SELECT 2; COMMIT; SELECT 3; ROLLBACK; BEGIN; SELECT 4";
        FrontendMessage[] pipeline = pipeline("BEGIN | SELECT 1 | COMMIT | SELECT 2 | ROLLBACK | SELECT 3")
                .toArray(FrontendMessage[]::new);

        try (FrameClient client = node.client();
                FrameClient past = pastTheServer()) {
            assertThat(said(client.query(string))).isEqualTo(said(past.query(string)));
            client.query("ROLLBACK");
            past.query("ROLLBACK");
            client.send(pipeline);
            past.send(pipeline);
            assertThat(said(client.untilReady())).isEqualTo(said(past.untilReady()));
        }
    }

    private static FrameClient pastTheServer() throws IOException {
        return FrameClient.open(node.postgres.instance().tcpAddress(), TestServer.USER, TestServer.PASSWORD, Map.of());
    }

    @Test
    void theAttemptsWouldWriteInAnOrdinarySession() throws IOException {
        try (FrameClient past = pastTheServer()) {
            past.query("SET default_transaction_read_only = on");
            past.query("BEGIN; SELECT switch(); COMMIT; SELECT adds()");
        }

        assertThat(node.single("SELECT count(*) FROM t WHERE is_local")).isEqualTo("1");
    }
}
