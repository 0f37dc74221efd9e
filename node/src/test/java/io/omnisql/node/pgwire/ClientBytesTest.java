package io.omnisql.node.pgwire;

import static io.omnisql.node.pgwire.PipelineTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.pgprotocol.FrontendMessage.Close;
import io.omnisql.node.pgprotocol.FrontendMessage.Parse;
import io.omnisql.node.pgprotocol.FrontendMessage.Sync;
import io.omnisql.node.pgprotocol.FrontendMessage.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients let a node keep has a bound. */
@Timeout(60)
class ClientBytesTest {
    private static final long FREE = ClientBytes.FREE_BYTES;

    @Test
    void countsWhatSessionsHoldBeyondWhatEachHasForItself() {
        var all = new ClientBytes(8_000);
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

    private static Parse parse(String name, String sql) {
        return new Parse(name, sql, List.of());
    }
}
