package io.omnisql.node.pgwire;

import static io.omnisql.node.pgwire.PipelineTest.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.omnisql.node.pgprotocol.FrontendEncoder;
import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Query;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients let a node keep has a bound. */
@Timeout(60)
class ClientBytesTest {
    private static final long FREE = ClientBytes.FREE_BYTES;

    @Test
    void countsWhatSessionsHoldBeyondWhatEachHasForItself() {
        var all = new ClientBytes(8_000, 2_000);
        ClientBytes.Share one = all.share();
        ClientBytes.Share other = all.share();

        one.add(FREE);
        assertThat(all.counted()).isZero();
        assertThat(one.hasRoomFor(2_000)).isTrue();
        assertThat(one.hasRoomFor(2_001)).isFalse();
        one.add(2_000);
        assertThat(all.counted()).isEqualTo(2_000);
        for (int i = 0; i < 3; i++) {
            all.share().add(FREE + 2_000);
        }
        assertThat(other.hasRoomFor(FREE)).isTrue();
        assertThat(other.hasRoomFor(FREE + 1)).isFalse();

        one.close();
        one.add(500);

        assertThat(all.counted()).isEqualTo(6_000);
        assertThat(other.hasRoomFor(FREE + 1)).isTrue();
    }

    @Test
    void aSessionCannotFillTheNodeWithPreparedStatements() throws IOException {
        String large = "SELECT '" + "x".repeat(100 << 10) + "'";
        try (var node = TestServer.withClientBytes(2 << 20);
                FrameClient client = node.client()) {
            client.send(parse("a", large), parse("b", large), new Sync());
            assertThat(said(client.untilReady())).isEqualTo("1 1 Z[IDLE]");

            client.send(parse("c", large), new Sync());
            assertThat(said(client.untilReady())).isEqualTo("E[53200] Z[IDLE]");

            client.send(parse("", large), new Close(Target.STATEMENT, "a"), parse("c", large), new Sync());
            assertThat(said(client.untilReady())).isEqualTo("1 3 1 Z[IDLE]");
        }
    }

    @Test
    void unfinishedMessagesOfAllClientsTogetherHaveABound() throws Exception {
        byte[] message = FrontendEncoder.encode(new Query("SELECT 1 /* " + "x".repeat(900 << 10) + " */"));
        int part = 700 << 10;
        try (var node = TestServer.withClientBytes(1 << 20);
                FrameClient first = node.client();
                FrameClient second = node.client();
                FrameClient third = node.client()) {
            first.send(Arrays.copyOf(message, part));
            await().atMost(Duration.ofSeconds(20)).until(() -> node.server.pendingBytes() > part / 2);

            sendWhatIsTaken(second, Arrays.copyOf(message, part));
            await().atMost(Duration.ofSeconds(20)).until(() -> node.server.sessions() == 2);

            first.send(Arrays.copyOfRange(message, part, message.length));
            assertThat(said(first.untilReady())).endsWith("C[SELECT 1] Z[IDLE]");
            await().atMost(Duration.ofSeconds(20)).until(() -> node.server.pendingBytes() == 0);
            third.send(message);
            assertThat(said(third.untilReady())).endsWith("C[SELECT 1] Z[IDLE]");
        }
    }

    private static void sendWhatIsTaken(FrameClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            assertThat(e).as("The node has ended the session").isNotNull();
        }
    }

    private static Parse parse(String name, String sql) {
        return new Parse(name, sql, List.of());
    }
}
