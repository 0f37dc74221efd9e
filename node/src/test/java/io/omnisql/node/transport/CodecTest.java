package io.omnisql.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of peers: what was sent arrives, and whatever else arrives is refused with a clear word. */
class CodecTest {
    private static final Identity SELF = TestNodes.identity(1);
    private static final NodeId PEER = new NodeId(2);

    static LongStream seeds() {
        return Long.getLong("seed") == null ? LongStream.rangeClosed(1, 20) : LongStream.of(Long.getLong("seed"));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void everyMessageArrivesAsItWasSent(long seed) throws IOException {
        List<Message> messages = new RandomMessages(new Random(seed)).oneOfEach();

        for (Message message : messages) {
            Buffer bytes = MessageCodec.encode(message);

            assertThat(MessageCodec.decode(bytes)).isEqualTo(message);
            assertThat((long) bytes.length()).isLessThanOrEqualTo(MessageCodec.encodedBytesMax(message));
        }
        assertThat(messages.stream().map(Message::getClass).distinct()).hasSize(23);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void cutOrLengthenedMessagesAreRefused(long seed) {
        for (Message message : new RandomMessages(new Random(seed)).oneOfEach()) {
            Buffer bytes = MessageCodec.encode(message);
            for (int cut = 0; cut < bytes.length(); cut++) {
                Buffer shorter = bytes.getBuffer(0, cut);
                assertThatThrownBy(() -> MessageCodec.decode(shorter)).isInstanceOf(IOException.class);
            }
            Buffer longer = bytes.copy().appendByte((byte) 0);
            assertThatThrownBy(() -> MessageCodec.decode(longer))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("1 bytes too many");
        }
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void changedBytesAreAnotherMessageOrRefused(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 200; round++) {
            for (Message message : new RandomMessages(random).oneOfEach()) {
                byte[] bytes = MessageCodec.encode(message).getBytes();
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                refused += isRefused(bytes) ? 1 : 0;
            }
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            refused += isRefused(noise) ? 1 : 0;
        }
        assertThat(refused).isPositive();
    }

    /** Anything but an IOException fails the test. */
    private static boolean isRefused(byte[] bytes) {
        try {
            MessageCodec.decode(Buffer.buffer(bytes));
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void anImpossibleNumberOfEntriesAllocatesNothing() {
        Buffer bytes = MessageCodec.encode(new Message.DecidedEntries(new Ballot(1, 1, 1, 1), 5, List.of()));
        bytes.setInt(bytes.length() - Integer.BYTES, Integer.MAX_VALUE);

        assertThatThrownBy(() -> MessageCodec.decode(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("impossible number of elements");
    }

    private record Payload(FrameKind kind, Buffer bytes) {}

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void framesArriveHoweverTheBytesAreSplit(long seed) throws IOException {
        Random random = new Random(seed);
        List<Payload> sent = new ArrayList<>();
        Buffer wire = Buffer.buffer();
        for (int i = 0; i < 20; i++) {
            FrameKind kind = FrameKind.of(random.nextInt(FrameKind.values().length));
            boolean isSignOfLife = kind == FrameKind.PING || kind == FrameKind.PONG;
            byte[] bytes = new byte[isSignOfLife ? 0 : random.nextInt(200)];
            random.nextBytes(bytes);
            sent.add(new Payload(kind, Buffer.buffer(bytes)));
            FrameCodec.encode(kind, Buffer.buffer(bytes), 1 + random.nextInt(100))
                    .forEach(wire::appendBuffer);
        }

        List<Payload> received = new ArrayList<>();
        var parser = new FrameCodec.Parser(100, 200, (kind, bytes) -> received.add(new Payload(kind, bytes)));
        int position = 0;
        while (position < wire.length()) {
            int end = Math.min(wire.length(), position + 1 + random.nextInt(150));
            parser.handle(wire.getBuffer(position, end));
            position = end;
        }

        assertThat(received).isEqualTo(sent);
    }

    @Test
    void aSignOfLifeMayStandBetweenTheParts() {
        List<Payload> received = new ArrayList<>();
        var parser = new FrameCodec.Parser(100, 200, (kind, bytes) -> received.add(new Payload(kind, bytes)));
        var parts = FrameCodec.encode(FrameKind.MESSAGE, Buffer.buffer("abcdef"), 3);
        var ping = FrameCodec.encode(FrameKind.PING, Buffer.buffer(), 3).getFirst();

        parser.handle(parts.removeFirst());
        parser.handle(ping);
        parser.handle(parts.removeFirst());

        assertThat(received)
                .containsExactly(
                        new Payload(FrameKind.PING, Buffer.buffer()),
                        new Payload(FrameKind.MESSAGE, Buffer.buffer("abcdef")));
    }

    @Test
    void refusesWhatIsTooLargeOrMakesNoSense() {
        Buffer large = Buffer.buffer(new byte[101]);
        assertRefused(FrameCodec.encode(FrameKind.CALL, large, 101), "a frame of more than 100 bytes");
        assertRefused(
                FrameCodec.encode(FrameKind.CALL, Buffer.buffer(new byte[201]), 100), "a payload of more than 200");
        assertRefused(List.of(Buffer.buffer().appendInt(0).appendByte((byte) 99)), "unknown kind of frame: 99");
        assertRefused(List.of(Buffer.buffer().appendInt(-1).appendByte((byte) 1)), "a frame of more than");
        assertRefused(List.of(Buffer.buffer("GET / HTTP/1.1\r\n\r\n")), "a frame of more than");
        assertRefused(
                List.of(
                        FrameCodec.encode(FrameKind.CALL, Buffer.buffer("abc"), 2)
                                .getFirst(),
                        FrameCodec.encode(FrameKind.MESSAGE, Buffer.buffer("c"), 2)
                                .getFirst()),
                "does not go on");
        assertRefused(List.of(Buffer.buffer().appendInt(0).appendByte((byte) 0x84)), "does not go on");
        assertRefused(FrameCodec.encode(FrameKind.PING, Buffer.buffer("x"), 2), "a sign of life with a payload");
    }

    private static void assertRefused(Iterable<Buffer> frames, String reason) {
        var parser = new FrameCodec.Parser(100, 200, (kind, bytes) -> {});
        assertThatThrownBy(() -> frames.forEach(parser::handle))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void noiseOnTheWireIsRefusedOrHarmless(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            Arrays.fill(noise, 0, Math.min(noise.length, 3), (byte) 0); // Else nearly every first frame is too large.
            var parser = new FrameCodec.Parser(200, 400, (kind, bytes) -> MessageCodec.decode(bytes));
            try {
                parser.handle(Buffer.buffer(noise));
            } catch (UncheckedIOException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    private static Handshake hello(long configurationId) {
        return new Handshake(
                SELF, configurationId, new Handshake.Addressee(PEER, TestNodes.incarnation(2)), Channel.URGENT);
    }

    private static PeerDirectory directory(long configurationId, NodeId... members) {
        var peers = new TreeMap<NodeId, PeerDirectory.Peer>();
        for (NodeId member : members) {
            peers.put(
                    member,
                    new PeerDirectory.Peer(
                            TestNodes.incarnation(member.value()), PeerDirectory.Peer.address("localhost:1")));
        }
        return new PeerDirectory(configurationId, peers);
    }

    @Test
    void aHelloArrivesAsItWasSent() throws IOException {
        assertThat(Handshake.decode(hello(4).encode())).isEqualTo(hello(4));
    }

    @Test
    void membersOfDifferentConfigurationsTalkIfOneOfThemIsAMemberOfTheLater() {
        Identity own = TestNodes.identity(2);

        assertThat(hello(4).mismatch(own, directory(4, SELF.node(), PEER))).isNull();
        assertThat(hello(4).mismatch(own, directory(5, SELF.node(), PEER))).isNull();
        assertThat(hello(4).mismatch(own, directory(3, SELF.node(), PEER))).isNull();
        assertThat(hello(4).mismatch(own, directory(5, PEER))).as("a guest").isNull();
        assertThat(hello(4).mismatch(own, directory(5, SELF.node())))
                .as("served by a member")
                .isNull();
        assertThat(hello(4).mismatch(own, directory(3, new NodeId(3))))
                .as("it is ahead, and knows this node")
                .isNull();
        assertThat(hello(4).mismatch(own, directory(4, new NodeId(3)))).isEqualTo("node 1 is a member to neither side");
    }

    @Test
    void onlyTheNodeThatWasDialledMayAnswer() {
        Identity own = TestNodes.identity(2);

        assertThat(hello(4).mismatch(own, Handshake.Addressee.of(SELF))).isNull();
        assertThat(hello(4).mismatch(own, new Handshake.Addressee(SELF.node(), TestNodes.incarnation(9))))
                .contains("was dialled");
        assertThat(hello(4).mismatch(TestNodes.identity(3), Handshake.Addressee.of(SELF)))
                .isEqualTo("node 2 was meant, this is node 3");
    }

    @Test
    void aHelloOfAnotherVersionOrOfNobodyIsRefused() {
        Buffer hello = hello(4).encode();

        Buffer newer = hello.copy().setShort(Long.BYTES, (short) 3);
        assertThatThrownBy(() -> Handshake.decode(newer)).hasMessage("protocol version 3 is not 2");
        Buffer stranger = hello.copy().setByte(0, (byte) 'X');
        assertThatThrownBy(() -> Handshake.decode(stranger)).isInstanceOf(Handshake.StrangerException.class);
        for (int cut = 0; cut < hello.length(); cut++) {
            Buffer shorter = hello.getBuffer(0, cut);
            assertThatThrownBy(() -> Handshake.decode(shorter)).isInstanceOf(IOException.class);
        }
        Buffer noNode = hello.copy().setLong(hello.length() - 1 - 3 * Long.BYTES, 0); // Whom it is for.
        assertThatThrownBy(() -> Handshake.decode(noNode))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("malformed hello");
    }

    @Test
    void warnsOnceForEachPeerAndReason() {
        OnceLog log = new OnceLog();

        assertThat(log.warn("node 2", "a")).isTrue();
        assertThat(log.warn("node 2", "a")).isFalse();
        assertThat(log.warn("node 2", "b")).isTrue();
        assertThat(log.warn("node 3", "a")).isTrue();
        log.forget("node 2");
        assertThat(log.warn("node 2", "a")).isTrue();
        assertThat(log.warn("node 3", "a")).isFalse();
    }
}
