package io.omnisql.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.Ballot;
import io.omnisql.omnipaxos.Entry;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that are not what they should be, and others who are no peers at all. */
@Timeout(60)
class StrangerTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);
    private static final Ballot BALLOT = new Ballot(1, 1, 0, 1);
    private static final PeerCalls.Handler ECHO = (from, kind, payload) -> CompletableFuture.completedStage(payload);

    private final TestNodes nodes;
    private final RecordingInbox inbox = new RecordingInbox();

    StrangerTest() throws IOException {
        nodes = new TestNodes(2);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static Buffer hello(Identity self, NodeId to) {
        return new Handshake(self, 1, addressee(to), Channel.BULK).encode();
    }

    private static Handshake.Addressee addressee(NodeId node) {
        return new Handshake.Addressee(node, TestNodes.incarnation(node.value()));
    }

    private static Identity identity(UUID cluster, long node, UUID incarnation) {
        return new Identity(cluster, new NodeId(node), incarnation, "127.0.0.1:1");
    }

    private String refusalOf(Buffer hello) throws IOException {
        try (RawPeer peer = RawPeer.dial(nodes.port(1))) {
            peer.write(FrameKind.HELLO, hello);
            String reason = peer.read(FrameKind.REFUSAL).toString();
            assertThat(peer.isEnded()).isTrue();
            return reason;
        }
    }

    @Test
    void whoDoesNotFitHearsWhy() throws IOException {
        nodes.start(1, inbox);

        var other = new UUID(8, 8);
        assertThat(refusalOf(hello(identity(other, 2, TestNodes.incarnation(2)), ONE)))
                .isEqualTo("cluster " + other + " is not " + TestNodes.CLUSTER);
        assertThat(refusalOf(hello(identity(TestNodes.CLUSTER, 2, other), ONE)))
                .as("an emptied disk does not come back under its old id")
                .isEqualTo("node 2 has incarnation " + TestNodes.incarnation(2) + " here, not " + other);
        Handshake toAnEarlierDisk =
                new Handshake(TestNodes.identity(2), 1, new Handshake.Addressee(ONE, other), Channel.BULK);
        assertThat(refusalOf(toAnEarlierDisk.encode()))
                .isEqualTo("node 1 with incarnation " + other + " was meant, this one has " + TestNodes.incarnation(1));
        assertThat(refusalOf(hello(TestNodes.identity(2), TWO))).isEqualTo("node 2 was meant, this is node 1");
        assertThat(refusalOf(hello(TestNodes.identity(1), ONE))).isEqualTo("node 1 is no peer of node 1");
        Buffer newer = hello(TestNodes.identity(2), ONE).setShort(Long.BYTES, (short) 7);
        assertThat(refusalOf(newer)).isEqualTo("protocol version 7 is not 2");
        assertThat(inbox.reconnections(TWO)).isZero();
    }

    @Test
    void twoNodesOfWhichNeitherIsAMemberDoNotTalk() throws IOException {
        nodes.start(
                TestNodes.identity(1),
                nodes.settings(1),
                nodes.directory(1, 2),
                new PeerTransport.Rooms(inbox, ECHO, TestNodes.ECHO));

        assertThat(refusalOf(hello(TestNodes.identity(9), ONE))).isEqualTo("node 9 is a member to neither side");
    }

    @Test
    void nodesOfTwoClustersNeverConnect() throws IOException {
        PeerTransport one = nodes.start(1, inbox);
        RecordingInbox others = new RecordingInbox();
        PeerTransport stranger =
                nodes.start(identity(new UUID(8, 8), 2, TestNodes.incarnation(2)), nodes.settings(2), others, ECHO);

        one.send(TWO, new Message.Accepted(BALLOT, 1));
        try (RawPeer peer = RawPeer.dial(nodes.port(2))) { // By the time it is refused the others have been, too.
            peer.write(FrameKind.HELLO, hello(TestNodes.identity(1), TWO));
            peer.read(FrameKind.REFUSAL);
        }

        assertThat(one.connectedPeers()).isEmpty();
        assertThat(stranger.connectedPeers()).isEmpty();
        assertThat(others.received()).isEmpty();
        assertThat(inbox.reconnections(TWO)).isZero();
    }

    @Test
    void aNodeBehindTheWrongAddressIsNotTalkedTo() throws IOException {
        nodes.addresses.put(new NodeId(3), SocketAddress.inetSocketAddress(nodes.port(2), "127.0.0.1"));
        PeerTransport one = nodes.start(1, inbox);
        nodes.start(2, new RecordingInbox());

        TestNodes.awaitConnected(one, 2);

        assertThat(one.connectedPeers()).containsExactly(TWO);
    }

    @Tag("reference-defect-16")
    @Test
    void garbageAndHttpEndTheirConnectionAndNothingElse() throws IOException {
        PeerTransport one = nodes.start(1, inbox);
        byte[] noise = new byte[5_000];
        new Random(5).nextBytes(noise);
        noise[0] = 0x7F;

        for (Buffer bytes : List.of(
                Buffer.buffer("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
                Buffer.buffer(noise),
                FrameCodec.encode(FrameKind.HELLO, Buffer.buffer("no magic here"), 100)
                        .getFirst(),
                FrameCodec.encode(FrameKind.MESSAGE, Buffer.buffer("too early"), 100)
                        .getFirst(),
                FrameCodec.encode(FrameKind.HELLO, Buffer.buffer(new byte[40_000]), 50_000)
                        .getFirst())) {
            try (RawPeer stranger = RawPeer.dial(nodes.port(1))) {
                stranger.write(bytes);
                assertThat(stranger.isEnded()).isTrue();
            }
        }

        nodes.start(2, new RecordingInbox());
        TestNodes.awaitConnected(one, 2);
        assertThat(inbox.received()).isEmpty();
    }

    @Test
    void whoSaysNothingIsNotWaitedFor() throws IOException {
        nodes.start(1, inbox);

        try (RawPeer silent = RawPeer.dial(nodes.port(1))) {
            assertThat(silent.isEnded()).isTrue();
        }
    }

    @Test
    void anOversizedFrameOrNonsenseEndsTheLink() throws IOException {
        nodes.start(1, inbox);
        for (Buffer bytes : List.of(
                Buffer.buffer().appendInt((2 << 20) + 1).appendByte((byte) FrameKind.MESSAGE.code()),
                FrameCodec.encode(FrameKind.MESSAGE, Buffer.buffer("nonsense"), 100)
                        .getFirst(),
                FrameCodec.encode(FrameKind.ANSWER, Buffer.buffer("unasked"), 100)
                        .getFirst())) {
            try (RawPeer peer = RawPeer.dial(nodes.port(1))) {
                peer.write(FrameKind.HELLO, hello(TestNodes.identity(2), ONE));
                peer.read(FrameKind.HELLO);
                peer.write(bytes);
                assertThat(peer.isEnded()).isTrue();
            }
        }
        assertThat(inbox.received()).isEmpty();
    }

    @Test
    void theNewestConnectionOfAPeerCounts() throws IOException {
        nodes.start(1, inbox);
        try (RawPeer older = RawPeer.dial(nodes.port(1));
                RawPeer newer = RawPeer.dial(nodes.port(1))) {
            older.write(FrameKind.HELLO, hello(TestNodes.identity(2), ONE));
            older.read(FrameKind.HELLO);
            newer.write(FrameKind.HELLO, hello(TestNodes.identity(2), ONE));
            newer.read(FrameKind.HELLO);

            assertThat(older.isEnded()).isTrue();
            newer.write(FrameKind.MESSAGE, MessageCodec.encode(new Message.Accepted(BALLOT, 1)));
            RecordingInbox.await(() -> inbox.from(TWO).size() == 1);
        }
    }

    /** Node 2, played by hand: takes one connection of node 1 at a time. */
    private static RawPeer accept(ServerSocket listening) throws IOException {
        while (true) {
            RawPeer dialled = new RawPeer(listening.accept());
            Handshake hello = Handshake.decode(dialled.read(FrameKind.HELLO));
            if (hello.channel() == Channel.BULK) {
                dialled.write(
                        FrameKind.HELLO,
                        new Handshake(TestNodes.identity(2), 1, addressee(ONE), Channel.BULK).encode());
                return dialled;
            }
            dialled.close();
        }
    }

    private ServerSocket listenAsNodeTwo() throws IOException {
        return new ServerSocket(nodes.port(2), 10, InetAddress.getLoopbackAddress());
    }

    @Test
    void aDeadLinkIsClosedAndDialledAgain() throws IOException {
        try (ServerSocket listening = listenAsNodeTwo()) {
            nodes.start(1, inbox);
            try (RawPeer dead = accept(listening)) { // It never answers a ping.
                RecordingInbox.await(() -> inbox.reconnections(TWO) == 1);
                try (RawPeer next = accept(listening)) {
                    RecordingInbox.await(() -> inbox.reconnections(TWO) == 2);
                    assertThat(dead.in().readAllBytes())
                            .as("pings, then the end")
                            .isNotEmpty();
                    next.read(FrameKind.PING);
                }
            }
        }
    }

    @Test
    void anOverflowingQueueDropsAndAsksForRepairWhenItIsEmptyAgain() throws Exception {
        TransportSettings settings = nodes.settings(1);
        TransportSettings small = new TransportSettings(
                settings.listen(),
                settings.dial(),
                1 << 20,
                1 << 20,
                32 << 20, // More than both sockets buffer: they must not empty it once it has overflowed.
                8,
                Duration.ofMillis(50),
                Duration.ofSeconds(30),
                settings.redialMin(),
                settings.redialMax());
        try (ServerSocket listening = listenAsNodeTwo()) {
            listening.setReceiveBufferSize(1 << 16); // A size that is set does not grow.
            PeerTransport one = nodes.start(TestNodes.identity(1), small, inbox, ECHO);
            try (RawPeer slow = accept(listening)) {
                RecordingInbox.await(() -> inbox.reconnections(TWO) == 1);

                Entry entry = new Entry.Command(new byte[100_000]);
                for (int i = 0; i < 640; i++) { // 64 MB, twice the queue.
                    one.send(TWO, new Message.DecidedEntries(BALLOT, i, List.of(entry)));
                }
                assertThat(inbox.reconnections(TWO)).as("too early").isEqualTo(1);

                Thread.ofPlatform().daemon().start(() -> readOn(slow)); // Ends with its connection.
                RecordingInbox.await(() -> inbox.reconnections(TWO) == 2);
            }
        }
    }

    private static void readOn(RawPeer peer) {
        try {
            peer.in().transferTo(OutputStream.nullOutputStream());
        } catch (IOException closed) {
            assertThat(closed).isNotNull(); // The test closes it.
        }
    }
}
