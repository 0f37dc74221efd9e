package io.omnisql.node.transport;

import io.omnisql.node.gateway.PeerCalls;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Accepts the peers' connections, and nobody else's. Lives on one event loop. */
final class PeerServer {
    private static final Logger LOG = Logger.getLogger(PeerServer.class);
    private static final int CONNECTIONS_MAX = 256;
    private static final int REASON_CHARS_MAX = 1_000;

    private final Surroundings surroundings;
    private final PeerCalls.Handler handler;
    private final NetServer server;
    private final Set<Inbound> connections = new HashSet<>();
    private final Map<Slot, Inbound> links = new HashMap<>();

    private record Slot(NodeId peer, Channel channel) {}

    PeerServer(Surroundings surroundings, PeerCalls.Handler handler) {
        this.surroundings = surroundings;
        this.handler = handler;
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
                case HELLO, PONG, ANSWER, FAILURE -> throw new IOException("unexpected frame: " + kind);
            }
        }

        private void onHandshake(FrameKind kind, Buffer payload) throws IOException {
            if (kind != FrameKind.HELLO) {
                throw new Handshake.StrangerException("no hello");
            }
            try {
                Handshake hello = Handshake.decode(payload);
                String mismatch = hello.mismatch(surroundings.self(), surroundings.peers());
                if (mismatch == null) {
                    onPeer(new Slot(hello.self().node(), hello.channel()));
                } else {
                    socket.refuse(mismatch);
                }
            } catch (Handshake.StrangerException stranger) {
                throw stranger;
            } catch (IOException wrong) {
                socket.refuse(String.valueOf(wrong.getMessage()));
            }
        }

        private void onPeer(Slot claimed) {
            slot = claimed;
            socket.establish(surroundings.traffic().of(claimed.peer()));
            socket.writeNow(
                    FrameKind.HELLO, new Handshake(surroundings.self(), claimed.peer(), claimed.channel()).encode());
            Inbound older = links.put(claimed, this);
            if (older != null) {
                older.socket.close("the peer has connected anew");
            }
            surroundings.refusals().forget(address);
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
                        handler.handle(peer, kind, question),
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
                surroundings.traffic().refused();
                surroundings.refusals().warn(address, reason);
            } else {
                links.remove(known, this);
                LOG.debugf("Peer's link closed: peer=%s channel=%s reason=%s", known.peer(), known.channel(), reason);
            }
        }
    }
}
