package io.omnisql.node.transport;

import io.omnisql.node.EventLoops;
import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.testing.FreePorts;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Transports on free ports of the loopback. */
final class TestNodes implements AutoCloseable {
    static final UUID CLUSTER = new UUID(7, 7);

    static final Introductions.Handler ECHO = question -> question;

    final Vertx vertx = Vertx.vertx();
    final SortedMap<NodeId, SocketAddress> addresses = new TreeMap<>();
    private final List<PeerTransport> transports = new ArrayList<>();

    TestNodes(int count) {
        for (int node = 1; node <= count; node++) {
            addresses.put(new NodeId(node), SocketAddress.inetSocketAddress(FreePorts.next(), "127.0.0.1"));
        }
    }

    int port(long node) {
        SocketAddress address = addresses.get(new NodeId(node));
        return Objects.requireNonNull(address).port();
    }

    /** Of its data folder. */
    static UUID incarnation(long node) {
        return new UUID(1, node);
    }

    static Identity identity(long node) {
        return new Identity(CLUSTER, new NodeId(node), incarnation(node), "127.0.0.1:1");
    }

    /** The same with the address at which it listens. */
    Identity reachable(long node) {
        return new Identity(CLUSTER, new NodeId(node), incarnation(node), "127.0.0.1:" + port(node));
    }

    /** A configuration of these members. */
    PeerDirectory directory(long configurationId, long... members) {
        var peers = new TreeMap<NodeId, PeerDirectory.Peer>();
        for (long member : members) {
            var node = new NodeId(member);
            peers.put(node, new PeerDirectory.Peer(incarnation(member), Objects.requireNonNull(addresses.get(node))));
        }
        return new PeerDirectory(configurationId, peers);
    }

    private PeerDirectory all() {
        return directory(1, addresses.keySet().stream().mapToLong(NodeId::value).toArray());
    }

    /** Small bounds and short times. */
    TransportSettings settings(long node) {
        return new TransportSettings(
                new NetServerOptions().setHost("127.0.0.1").setPort(port(node)),
                new NetClientOptions(),
                2 << 20,
                64 << 20,
                64 << 20,
                8,
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                Duration.ofMillis(10),
                Duration.ofMillis(100));
    }

    PeerTransport start(long node, RecordingInbox inbox) throws IOException {
        return start(
                identity(node),
                settings(node),
                inbox,
                (from, kind, payload) -> CompletableFuture.completedStage(payload));
    }

    PeerTransport start(Identity identity, TransportSettings settings, RecordingInbox inbox, PeerCalls.Handler handler)
            throws IOException {
        return start(identity, settings, all(), new PeerTransport.Rooms(inbox, handler, ECHO));
    }

    PeerTransport start(
            Identity identity, TransportSettings settings, PeerDirectory directory, PeerTransport.Rooms rooms)
            throws IOException {
        EventLoops loops = EventLoops.begin(vertx, 1);
        PeerTransport transport = new PeerTransport(
                vertx, new PeerTransport.Loops(loops.messages(), loops.heartbeats()), identity, settings);
        transports.add(transport);
        transport.start(directory, rooms);
        return transport;
    }

    static void awaitConnected(PeerTransport transport, long... peers) {
        for (long peer : peers) {
            RecordingInbox.await(() -> transport.connectedPeers().contains(new NodeId(peer)));
        }
    }

    @Override
    public void close() {
        transports.forEach(PeerTransport::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
