package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.pgprotocol.BackendMessage.BindComplete;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.ParseComplete;
import io.omnisql.node.pgprotocol.BackendMessage.ReadyForQuery;
import io.omnisql.node.pgprotocol.FrontendMessage.Bind;
import io.omnisql.node.pgprotocol.FrontendMessage.Execute;
import io.omnisql.node.pgprotocol.FrontendMessage.Flush;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the answers of a prepared write leave for the client. */
@Timeout(30)
class AnswersOfAWriteTest {
    private static final Parse PARSE = new Parse("w", "INSERT INTO t (id) VALUES ($1)", List.of());
    private static final Bind BIND = new Bind("", "w", List.of(), List.of(FrameClient.text("1")), List.of());
    private static final Execute EXECUTE = new Execute("", 0);

    private TestServer node;
    private FrameClient client;

    @BeforeEach
    void connect() throws IOException {
        node = new TestServer();
        node.superuser("CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO ana");
        client = node.client();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        node.close();
    }

    @Test
    void leaveTogetherAsPostgresSendsThem() throws IOException {
        client.send(PARSE, new Sync());
        client.untilReady();
        node.cluster.writesAllowed.acquireUninterruptibly();
        try {
            client.send(BIND, EXECUTE, new Sync());

            assertThat(client.hearsNothingFor(Duration.ofMillis(300))).isTrue();
            assertThat(node.cluster.commands()).hasSize(1);
        } finally {
            node.cluster.writesAllowed.release();
        }
        assertThat(client.untilReady())
                .hasExactlyElementsOfTypes(BindComplete.class, CommandComplete.class, ReadyForQuery.class);
    }

    @Test
    void leaveEarlierWhenTheClientAsksForThem() throws IOException {
        client.send(PARSE, BIND, new Flush());
        assertThat(List.of(client.next(), client.next()))
                .hasExactlyElementsOfTypes(ParseComplete.class, BindComplete.class);

        client.send(EXECUTE, new Sync());
        assertThat(client.untilReady()).hasExactlyElementsOfTypes(CommandComplete.class, ReadyForQuery.class);
    }
}
