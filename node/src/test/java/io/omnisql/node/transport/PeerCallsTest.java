package io.omnisql.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeerCallsTest {
    private static final NodeId TWO = new NodeId(2);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final TestNodes nodes;
    private final RecordingInbox inbox = new RecordingInbox();

    PeerCallsTest() throws IOException {
        nodes = new TestNodes(2);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private PeerTransport connectTo(PeerCalls.Handler handler) throws IOException {
        nodes.start(TestNodes.identity(2), nodes.settings(2), new RecordingInbox(), handler);
        PeerTransport one = nodes.start(1, inbox);
        TestNodes.awaitConnected(one, 2);
        return one;
    }

    private static Throwable failureOf(CompletionStage<byte[]> call) throws Exception {
        try {
            call.toCompletableFuture().get(30, TimeUnit.SECONDS);
            throw new AssertionError("The call did not fail");
        } catch (ExecutionException failure) {
            return Objects.requireNonNull(failure.getCause());
        }
    }

    @Test
    void everyQuestionGetsItsOwnAnswer() throws Exception {
        PeerTransport one = connectTo((from, kind, payload) -> {
            byte[] answer = {(byte) from.value(), (byte) kind.name().length(), (byte) (payload[0] * 2)};
            return CompletableFuture.supplyAsync(() -> answer);
        });

        for (int round = 0; round < 50; round++) {
            List<CompletionStage<byte[]>> calls = new ArrayList<>();
            for (byte i = 0; i < 8; i++) {
                calls.add(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[] {i}, LONG));
            }
            for (byte i = 0; i < 8; i++) {
                assertThat(calls.get(i).toCompletableFuture().get(10, TimeUnit.SECONDS))
                        .containsExactly(1, 7, i * 2);
            }
        }
    }

    @Test
    void aLargeAnswerComesInParts() throws Exception {
        byte[] large = new byte[20 << 20];
        new Random(7).nextBytes(large);
        PeerTransport one = connectTo((from, kind, payload) -> CompletableFuture.completedStage(large));

        assertThat(one.call(TWO, PeerCalls.Kind.READ_AT_LEADER, large, LONG)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS))
                .isEqualTo(large);
    }

    @Test
    void aFailedOrThrowingHandlerIsAFailedCall() throws Exception {
        PeerTransport one = connectTo((from, kind, payload) -> switch (kind) {
            case DIGESTS -> CompletableFuture.failedStage(new IllegalStateException("no digests yet"));
            case READ_AT_LEADER, SNAPSHOT_OPEN, SNAPSHOT_READ, HAND_OVER, PROGRESS, READ_INDEX, HOLD ->
                throw new IllegalArgumentException("cannot read this");
        });

        assertThat(failureOf(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], LONG)))
                .isInstanceOf(IOException.class)
                .hasMessage("The peer failed: no digests yet");
        assertThat(failureOf(one.call(TWO, PeerCalls.Kind.READ_AT_LEADER, new byte[0], LONG)))
                .isInstanceOf(IOException.class)
                .hasMessage("The peer failed: cannot read this");
    }

    @Test
    void aLateAnswerIsATimeout() throws Exception {
        CompletableFuture<byte[]> late = new CompletableFuture<>();
        PeerTransport one = connectTo((from, kind, payload) -> late);

        Throwable failure = failureOf(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], Duration.ofMillis(100)));
        late.complete(new byte[1]);

        assertThat(failure).isInstanceOf(TimeoutException.class).hasMessage("No answer within 100 ms");
    }

    @Test
    void aBrokenLinkFailsItsCallsAtOnce() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        PeerTransport two =
                nodes.start(TestNodes.identity(2), nodes.settings(2), new RecordingInbox(), (from, kind, payload) -> {
                    asked.countDown();
                    return new CompletableFuture<>();
                });
        PeerTransport one = nodes.start(1, inbox);
        TestNodes.awaitConnected(one, 2);
        CompletionStage<byte[]> call = one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], LONG);
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

        two.close();

        assertThat(failureOf(call)).isInstanceOf(IOException.class).hasMessageContaining("link to the peer broke");
        RecordingInbox.await(() -> one.connectedPeers().isEmpty());
        assertThat(failureOf(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], LONG)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no link");
    }

    @Test
    void tooManyOrTooLargeQuestionsAreRefusedHere() throws Exception {
        List<CompletableFuture<byte[]>> held = new ArrayList<>();
        PeerTransport one = connectTo((from, kind, payload) -> {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            held.add(answer);
            return answer;
        });
        List<CompletionStage<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], LONG));
        }
        RecordingInbox.await(() -> held.size() == 8);

        assertThat(failureOf(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[0], LONG)))
                .hasMessage("8 questions wait for an answer already");

        held.forEach(answer -> answer.complete(new byte[] {5}));
        for (CompletionStage<byte[]> call : calls) {
            assertThat(call.toCompletableFuture().get(10, TimeUnit.SECONDS)).containsExactly(5);
        }
        assertThat(failureOf(one.call(TWO, PeerCalls.Kind.DIGESTS, new byte[64 << 20], LONG)))
                .hasMessageContaining("A question of");
        assertThat(failureOf(one.call(new NodeId(9), PeerCalls.Kind.DIGESTS, new byte[0], LONG)))
                .hasMessage("Node 9 is not connected to node 1");
    }
}
