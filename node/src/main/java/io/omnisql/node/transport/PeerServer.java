package io.omnisql.node.transport;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Accepts the peers' connections, and nobody else's. Lives on one event loop. */
final class PeerServer {
    private static final Logger LOG = Logger.getLogger(PeerServer.class);
    private static final int CONNECTIONS_MAX = 256;
    private static final int REASON_CHARS_MAX = 1_000;

    private final Surroundings surroundings;
    private final Answers answers;
    private final NetServer server;
    private final Set<Inbound> connections = new HashSet<>();
    private final Map<Slot, Inbound> links = new ConcurrentHashMap<>(); // Others only look.

    private record Slot(NodeId peer, Channel channel) {}

    /**
     * Who answers what peers ask.
     *
     * @param guests hears of nodes that the configuration does not name
     */
    record Answers(PeerCalls.Handler handler, Introductions.Handler introductions, Guests guests) {}

    /** Nodes that connect although the configuration here does not name them. Called on the server's event loop. */
    interface Guests {
        /** One has connected. */
        void arrived(NodeId guest, Identity identity);

        /** The last connection of a node has ended. */
        void left(NodeId node);
    }

    PeerServer(Surroundings surroundings, Answers answers) {
        this.surroundings = surroundings;
        this.answers = answers;
        NetServerOptions options = new NetServerOptions(surroundings.settings().listen())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        this.server = surroundings.vertx().createNetServer(options).connectHandler(this::onConnection);
    }

    Future<NetServer> listen() {
        return server.listen();
    }

    int port() {
        return server.actualPort();
    }

    boolean hasLinkOf(NodeId peer) {
        return links.keySet().stream().anyMatch(slot -> slot.peer().equals(peer));
    }

    Future<Void> close() {
        return server.close();
    }

    private void onConnection(NetSocket socket) {
        if (connections.size() >= CONNECTIONS_MAX) {
            surroundings.refusals().warn(socket.remoteAddress().host(), "too many connections");
            surroundings.traffic().refused();
            socket.close();
            return;
        }
        connections.add(new Inbound(socket));
    }

    /** One connection of a peer, or of somebody who claims to be one. */
    private final class Inbound implements PeerSocket.Events {
        private final PeerSocket socket;
        private final String address;
        private @Nullable Slot slot;
        private boolean isIntroduced;
        private boolean hasGap;
        private int callsInFlight;

        Inbound(NetSocket netSocket) {
            this.address = String.valueOf(netSocket.remoteAddress().host());
            this.socket = new PeerSocket(surroundings.vertx(), netSocket, surroundings.settings(), this);
        }

        @Override
        public void received(FrameKind kind, Buffer payload) throws IOException {
            Slot known = slot;
            if (known == null) {
                onHandshake(kind, payload);
                return;
            }
            switch (kind) {
                case PING -> socket.writeNow(FrameKind.PONG, Buffer.buffer());
                case MESSAGE -> onMessage(known.peer(), payload);
                case CALL -> onCall(known.peer(), payload);
                case REFUSAL -> throw new IOException("refused by the peer: " + payload);
                case HELLO, PONG, ANSWER, FAILURE, INTRODUCTION -> throw new IOException("unexpected frame: " + kind);
            }
        }

        private void onHandshake(FrameKind kind, Buffer payload) throws IOException {
            if (kind == FrameKind.INTRODUCTION) {
                isIntroduced = true;
                socket.writeNow(kind, Buffer.buffer(answers.introductions().answer(payload.getBytes())));
                return;
            }
            if (kind != FrameKind.HELLO) {
                throw new Handshake.StrangerException("no hello");
            }
            try {
                Handshake hello = Handshake.decode(payload);
                String mismatch = hello.mismatch(
                        surroundings.self(), surroundings.directory().get());
                if (mismatch == null) {
                    onPeer(new Slot(hello.self().node(), hello.channel()), hello.self());
                } else {
                    socket.refuse(mismatch);
                }
            } catch (Handshake.StrangerException stranger) {
                throw stranger;
            } catch (IOException wrong) {
                socket.refuse(String.valueOf(wrong.getMessage()));
            }
        }

        private void onPeer(Slot claimed, Identity identity) {
            slot = claimed;
            socket.establish(surroundings.traffic().of(claimed.peer()));
            socket.writeNow(
                    FrameKind.HELLO,
                    surroundings
                            .hello(Handshake.Addressee.of(identity), claimed.channel())
                            .encode());
            Inbound older = links.put(claimed, this);
            if (older != null) {
                older.socket.close("the peer has connected anew");
            }
            surroundings.refusals().forget(address);
            answers.guests().arrived(claimed.peer(), identity);
            tellReconnected(claimed);
        }

        private void onMessage(NodeId peer, Buffer payload) throws IOException {
            if (surroundings.passes(peer, LinkFilter.Direction.IN)) {
                surroundings.inbox().received(peer, MessageCodec.decode(payload));
            } else {
                hasGap = true;
            }
        }

        private void onCall(NodeId peer, Buffer payload) throws IOException {
            Cursor in = new Cursor(payload);
            long id = in.nextLong();
            PeerCalls.Kind kind = Calls.kind(in.nextByte());
            if (!surroundings.passes(peer, LinkFilter.Direction.IN)) {
                return;
            }
            if (callsInFlight >= surroundings.settings().callsMax()) {
                answer(FrameKind.FAILURE, id, Buffer.buffer("too many questions at once"));
                return;
            }
            callsInFlight++;
            ask(peer, kind, in.rest()).onComplete(answered -> {
                callsInFlight--;
                if (answered.succeeded()) {
                    answerWith(id, answered.result());
                } else {
                    fail(id, answered.cause());
                }
            });
        }

        /** A handler that throws instead of failing its stage is no reason to lose the connection. */
        private Future<byte[]> ask(NodeId peer, PeerCalls.Kind kind, byte[] question) {
            try {
                return Future.fromCompletionStage(
                        answers.handler().handle(peer, kind, question),
                        surroundings.vertx().getOrCreateContext());
            } catch (RuntimeException failure) {
                return Future.failedFuture(failure);
            }
        }

        private void answerWith(long id, byte[] bytes) {
            if ((long) Long.BYTES + bytes.length > surroundings.settings().messageBytesMax()) {
                fail(id, new IOException("an answer of " + bytes.length + " bytes is too large"));
            } else {
                answer(FrameKind.ANSWER, id, Buffer.buffer(bytes));
            }
        }

        private void fail(long id, Throwable cause) {
            String reason = String.valueOf(cause.getMessage());
            answer(
                    FrameKind.FAILURE,
                    id,
                    Buffer.buffer(reason.substring(0, Math.min(reason.length(), REASON_CHARS_MAX))));
        }

        private void answer(FrameKind kind, long id, Buffer payload) {
            Slot known = slot;
            if (known == null || !surroundings.passes(known.peer(), LinkFilter.Direction.OUT)) {
                return;
            }
            var frame = new FrameSender.Outgoing(
                    kind,
                    payload.length(),
                    () -> Buffer.buffer(Long.BYTES + payload.length())
                            .appendLong(id)
                            .appendBuffer(payload));
            if (!socket.sender().offer(frame)) {
                LOG.debugf("An answer is dropped, the asker's time will run out: peer=%s", known.peer());
            }
        }

        @Override
        public void tick() {
            Slot known = slot;
            if (hasGap && known != null && surroundings.passes(known.peer(), LinkFilter.Direction.IN)) {
                hasGap = false;
                tellReconnected(known);
            }
        }

        private void refused(String reason) {
            if (!isIntroduced) {
                surroundings.traffic().refused();
                surroundings.refusals().warn(address, reason);
            }
        }

        private void tellReconnected(Slot link) {
            if (link.channel() == Channel.BULK) {
                surroundings.inbox().reconnected(link.peer());
            }
        }

        @Override
        public void drained() {
            // Answers have their own time-out: nothing is to be repaired.
        }

        @Override
        public void closed(String reason) {
            connections.remove(this);
            Slot known = slot;
            if (known == null) {
                refused(reason);
            } else {
                links.remove(known, this);
                if (!hasLinkOf(known.peer())) {
                    answers.guests().left(known.peer());
                }
                LOG.debugf("Peer's link closed: peer=%s channel=%s reason=%s", known.peer(), known.channel(), reason);
            }
        }
    }
}
