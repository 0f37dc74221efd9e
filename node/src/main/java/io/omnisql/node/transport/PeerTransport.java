package io.omnisql.node.transport;

import static java.util.Objects.requireNonNull;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.node.replica.PeerLinks;
import io.omnisql.node.replica.PeerTraffic;
import io.omnisql.node.replica.ReplicaInbox;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The wires to the peers. Each node dials each peer twice: one connection for everything whose order matters and for calls, one
 * for heartbeats, so that these never wait behind a large message.
 *
 * <p>A message that cannot leave is dropped. The inbox hears {@link ReplicaInbox#reconnected} when a link of the first kind is
 * made, by either side; when a queue that had overflowed is empty again; and when a {@link LinkFilter} lets pass again.
 */
public final class PeerTransport implements PeerLinks, PeerCalls, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PeerTransport.class);
    private static final Duration START_STOP_MAX = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Identity self;
    private final SortedMap<NodeId, SocketAddress> peers;
    private final TransportSettings settings;
    private final Traffic traffic;
    private final SortedMap<NodeId, Map<Channel, PeerConnection>> connections = new TreeMap<>();
    private final List<EventLoop> loops = new ArrayList<>();
    private volatile LinkFilter filter = LinkFilter.NONE;
    private volatile boolean started;
    private @Nullable PeerServer server;
    private @Nullable NetClient client;

    /** {@code peers} are the others' addresses; this node's own is ignored. */
    public PeerTransport(Vertx vertx, Identity self, Map<NodeId, SocketAddress> peers, TransportSettings settings) {
        this.vertx = vertx;
        this.self = self;
        this.peers = new TreeMap<>(peers);
        this.peers.remove(self.node());
        this.settings = settings;
        this.traffic = new Traffic(this.peers.keySet());
    }

    /**
     * Listens, then dials all peers; returns when it listens. Not to be called on an event loop, and once only.
     *
     * @throws IOException when the address cannot be bound
     */
    public void start(ReplicaInbox inbox, PeerCalls.Handler handler) throws IOException {
        var surroundings =
                new Surroundings(vertx, self, peers.keySet(), settings, inbox, () -> filter, new OnceLog(), traffic);
        PeerServer listening = new PeerServer(surroundings, handler);
        server = listening;
        Promise<NetServer> bound = Promise.promise();
        beginLoop().runOnContext(turn -> listening.listen().onComplete(bound));
        await(bound.future());
        NetClientOptions options = new NetClientOptions(settings.dial())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReconnectAttempts(0)
                .setConnectTimeout((int) settings.silenceMax().toMillis());
        NetClient dialling = vertx.createNetClient(options);
        client = dialling;
        peers.keySet().forEach(peer -> connections.put(peer, new EnumMap<>(Channel.class)));
        for (Channel channel : Channel.values()) {
            Context loop = beginLoop(); // Encoding a large message on one must not hold up the other.
            peers.forEach((peer, address) -> {
                var target = new PeerConnection.Target(peer, address, channel);
                var connection = new PeerConnection(surroundings, dialling, loop, target);
                requireNonNull(connections.get(peer)).put(channel, connection);
            });
        }
        started = true;
        connections.values().forEach(channels -> channels.values().forEach(PeerConnection::open));
        LOG.infof("Listening for peers: node=%s port=%d peers=%s", self.node(), listening.port(), peers.keySet());
    }

    private Context beginLoop() throws IOException {
        EventLoop loop = await(EventLoop.begin(vertx));
        loops.add(loop);
        return loop.own();
    }

    @Override
    public void send(NodeId to, Message message) {
        if (started) {
            connection(to, Channel.of(message)).send(message);
        }
    }

    @Override
    public CompletionStage<byte[]> call(NodeId peer, Kind kind, byte[] payload, Duration timeout) {
        if (!started) {
            return CompletableFuture.failedStage(new IOException("The transport is not started"));
        }
        PeerConnection connection = connection(peer, Channel.BULK);
        return connection.calls().call(kind, payload, timeout, connection::offer);
    }

    private PeerConnection connection(NodeId peer, Channel channel) {
        Map<Channel, PeerConnection> channels = connections.get(peer);
        if (channels == null) {
            throw new IllegalArgumentException("Node " + peer + " is no peer of node " + self.node());
        }
        return requireNonNull(channels.get(channel));
    }

    /** What it carried so far. */
    public PeerTraffic traffic() {
        return traffic;
    }

    /** The peers to whom both connections stand. */
    public List<NodeId> connectedPeers() {
        if (!started) {
            return List.of();
        }
        return connections.entrySet().stream()
                .filter(entry -> entry.getValue().values().stream().allMatch(PeerConnection::isUp))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The port that is listened on: the chosen one when the settings say 0. */
    public int port() {
        return server == null ? settings.listen().getPort() : server.port();
    }

    /** Breaks links on purpose from now on, or heals them with {@link LinkFilter#NONE}. */
    public void filter(LinkFilter links) {
        filter = links;
        LOG.infof("Peer links are filtered anew: node=%s", self.node());
    }

    /** Closes all connections; calls that wait fail. Not to be called on an event loop. */
    @Override
    public void close() {
        connections.values().forEach(channels -> channels.values().forEach(PeerConnection::close));
        try {
            if (client != null) {
                await(client.close());
            }
            if (server != null) {
                await(server.close());
            }
            for (EventLoop loop : loops) {
                await(loop.end());
            }
            loops.clear();
        } catch (IOException failure) {
            LOG.warn("The transport did not close in time", failure);
        }
    }

    private static <T extends @Nullable Object> T await(Future<T> future) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_STOP_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause());
        } catch (TimeoutException late) {
            throw new IOException("Not done within " + START_STOP_MAX.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", interrupted);
        }
    }
}
