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
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The wires to the peers: the members of the configuration in force here, and guests. Each node dials each of them twice: one connection for everything whose order matters and for calls, one
 * for heartbeats, so that these never wait behind a large message.
 *
 * <p>A message that cannot leave is dropped. The inbox hears {@link ReplicaInbox#reconnected} when a link of the first kind is
 * made, by either side; when a queue that had overflowed is empty again; and when a {@link LinkFilter} lets pass again.
 */
public final class PeerTransport implements PeerLinks, PeerCalls, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PeerTransport.class);
    private static final Duration START_STOP_MAX = Duration.ofSeconds(10);
    private static final Duration GUEST_LINGER = Duration.ofSeconds(10);
    private static final int PEERS_MAX = 128;

    private final Vertx vertx;
    private final Identity self;
    private final TransportSettings settings;
    private final Traffic traffic = new Traffic();
    private final ConcurrentNavigableMap<NodeId, Lines> lines = new ConcurrentSkipListMap<>();
    private final Loops loops;
    private volatile PeerDirectory directory = PeerDirectory.empty();
    private volatile LinkFilter filter = LinkFilter.NONE;
    private volatile boolean closed;
    private @Nullable Surroundings surroundings; // Null before the start.
    private volatile @Nullable PeerServer server;
    private @Nullable NetClient client;

    /** What was dialled to one node. */
    private record Lines(PeerDirectory.Peer where, Map<Channel, PeerConnection> channels) {
        void close(String reason) {
            channels.values().forEach(connection -> connection.close(reason));
        }

        PeerConnection channel(Channel channel) {
            return requireNonNull(channels.get(channel));
        }
    }

    /**
     * Event loops: encoding a large message must not hold up a heartbeat.
     *
     * @param messages carries what is not urgent, and all that peers say: an answer leaves without waking another
     * @param heartbeats carries this node's heartbeats
     */
    public record Loops(Context messages, Context heartbeats) {
        Context of(Channel channel) {
            return switch (channel) {
                case BULK -> messages;
                case URGENT -> heartbeats;
            };
        }
    }

    /** Dials nobody and listens to nobody before {@link #start}. */
    public PeerTransport(Vertx vertx, Loops loops, Identity self, TransportSettings settings) {
        this.vertx = vertx;
        this.loops = loops;
        this.self = self;
        this.settings = settings;
    }

    /**
     * Who is talked to.
     *
     * @param inbox hears messages
     * @param calls answers peers
     * @param introductions answers nodes that are no peers yet
     */
    public record Rooms(ReplicaInbox inbox, PeerCalls.Handler calls, Introductions.Handler introductions) {}

    /**
     * Listens, then dials all members; returns when it listens. Not to be called on an event loop, and once only.
     *
     * @throws IOException when the address cannot be bound
     */
    public void start(PeerDirectory first, Rooms rooms) throws IOException {
        directory = first;
        var common = new Surroundings(
                vertx, self, () -> directory, settings, rooms.inbox(), () -> filter, new OnceLog(), traffic);
        NetClientOptions options = new NetClientOptions(settings.dial())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReconnectAttempts(0)
                .setConnectTimeout((int) settings.silenceMax().toMillis());
        client = vertx.createNetClient(options);
        PeerServer listening =
                new PeerServer(common, new PeerServer.Answers(rooms.calls(), rooms.introductions(), new DialledBack()));
        server = listening;
        synchronized (this) {
            surroundings = common;
        }
        Promise<NetServer> bound = Promise.promise();
        loops.messages().runOnContext(turn -> listening.listen().onComplete(bound));
        await(bound.future());
        LOG.infof(
                "Listening for peers: node=%s port=%d members=%s",
                self.node(), listening.port(), first.members().keySet());
        follow(first);
    }

    /**
     * Another configuration is in force: dials its members. Who is no member any more is left, unless it goes on as a guest: a node
     * that has connected by itself to learn what it lacks.
     */
    public synchronized void follow(PeerDirectory next) {
        directory = next;
        next.members().forEach(this::open);
        lines.keySet().forEach(this::closeIfAlone);
    }

    /** A guest is dialled back, for what a node says, it says on what it dialled. */
    private final class DialledBack implements PeerServer.Guests {
        @Override
        public void arrived(NodeId guest, Identity identity) {
            if (directory.members().containsKey(guest)) {
                return;
            }
            if (lines.size() >= PEERS_MAX) {
                LOG.warnf("Too many nodes are connected: node %s gets no answers", guest);
                return;
            }
            try {
                open(
                        guest,
                        new PeerDirectory.Peer(identity.incarnation(), PeerDirectory.Peer.address(identity.address())));
            } catch (IllegalArgumentException unusable) {
                LOG.warnf("A guest's address is none: node=%s address=%s", guest, identity.address());
            }
        }

        @Override
        public void left(NodeId node) {
            vertx.setTimer(GUEST_LINGER.toMillis(), due -> closeIfAlone(node));
        }
    }

    private synchronized void open(NodeId peer, PeerDirectory.Peer where) {
        Lines known = lines.get(peer);
        Surroundings common = surroundings;
        NetClient dialling = client;
        boolean isOpen = known != null && known.where.equals(where);
        if (peer.equals(self.node()) || isOpen || closed || common == null || dialling == null) {
            return;
        }
        if (known != null) {
            known.close("the peer has another address");
        }
        var channels = new EnumMap<Channel, PeerConnection>(Channel.class);
        for (Channel channel : Channel.values()) {
            var target = new PeerConnection.Target(peer, where, channel);
            channels.put(channel, new PeerConnection(common, dialling, loops.of(channel), target));
        }
        lines.put(peer, new Lines(where, channels));
        channels.values().forEach(PeerConnection::open);
    }

    private synchronized void closeIfAlone(NodeId peer) {
        PeerServer listening = server;
        boolean isGuest = listening != null && listening.hasLinkOf(peer);
        if (directory.members().containsKey(peer) || isGuest) {
            return;
        }
        Lines gone = lines.remove(peer);
        if (gone != null) {
            gone.close("it is no member any more");
        }
    }

    @Override
    public void send(NodeId to, Message message) {
        Lines known = lines.get(to);
        if (known != null) {
            known.channel(Channel.of(message)).send(message);
        }
    }

    @Override
    public void sendInCompany(NodeId to, Message message) {
        Lines known = lines.get(to);
        if (known != null) {
            known.channel(Channel.of(message)).sendInCompany(message);
        }
    }

    @Override
    public void flush() {
        lines.values().forEach(known -> known.channel(Channel.BULK).flush());
    }

    @Override
    public CompletionStage<byte[]> call(NodeId peer, Kind kind, byte[] payload, Duration timeout) {
        Lines known = lines.get(peer);
        if (known == null) {
            return CompletableFuture.failedStage(
                    new IOException("Node " + peer + " is not connected to node " + self.node()));
        }
        PeerConnection connection = known.channel(Channel.BULK);
        return connection.calls().call(kind, payload, timeout, connection::offer);
    }

    /** What it carried so far. */
    public PeerTraffic traffic() {
        return traffic;
    }

    /** The nodes, members or guests, to whom both connections stand. */
    public List<NodeId> connectedPeers() {
        return lines.entrySet().stream()
                .filter(entry -> entry.getValue().channels().values().stream().allMatch(PeerConnection::isUp))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Breaks links on purpose from now on, or heals them with {@link LinkFilter#NONE}. */
    public void filter(LinkFilter links) {
        filter = links;
        LOG.infof("Peer links are filtered anew: node=%s", self.node());
    }

    /** Closes all connections; calls that wait fail. Not to be called on an event loop. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            lines.values().forEach(each -> each.close("this node stops"));
        }
        PeerServer listening = server;
        try {
            if (client != null) {
                await(client.close());
            }
            if (listening != null) {
                await(listening.close());
            }
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
