package io.omnisql.node.transport;

import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One channel to one peer: dials, again and again, and sends while the link stands. */
final class PeerConnection {
    private static final Logger LOG = Logger.getLogger(PeerConnection.class);
    private static final int DOUBLINGS_MAX = 16;

    private final Surroundings surroundings;
    private final NetClient client;
    private final Context context;
    private final Target target;
    private final Calls calls;
    private final AtomicBoolean hasGap = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable PeerSocket link;
    private @Nullable PeerSocket attempt; // Event loop only.
    private int failures; // Event loop only.

    /** Where to dial, and for what. */
    record Target(NodeId peer, PeerDirectory.Peer where, Channel channel) {
        Handshake.Addressee addressee() {
            return new Handshake.Addressee(peer, where.incarnation());
        }

        String name() {
            return "node " + peer;
        }
    }

    PeerConnection(Surroundings surroundings, NetClient client, Context context, Target target) {
        this.surroundings = surroundings;
        this.client = client;
        this.context = context;
        this.target = target;
        this.calls = new Calls(surroundings.vertx(), surroundings.settings());
    }

    Calls calls() {
        return calls;
    }

    boolean isUp() {
        return link != null;
    }

    void open() {
        context.runOnContext(turn -> dial());
    }

    void close(String reason) {
        closed = true;
        context.runOnContext(turn -> {
            PeerSocket current = attempt;
            if (current != null) {
                current.close(reason);
            }
        });
    }

    /** Sends, or drops and remembers that something is missing. Any thread. */
    void send(Message message) {
        send(message, this::offer);
    }

    /** The same with the next message, or by {@link #flush}. */
    void sendInCompany(Message message) {
        send(message, frame -> offer(frame, FrameSender::offerInCompany));
    }

    /** What waits for company leaves. Any thread. */
    void flush() {
        PeerSocket current = link;
        if (current != null) {
            current.sender().hurry();
        }
    }

    private void send(Message message, Predicate<FrameSender.Outgoing> way) {
        long bytes = MessageCodec.encodedBytesMax(message);
        var frame = new FrameSender.Outgoing(FrameKind.MESSAGE, bytes, () -> MessageCodec.encode(message));
        if (surroundings.isTooLarge(message)) {
            surroundings
                    .refusals()
                    .warn(
                            target.name(),
                            "a message is too large: " + message.getClass().getSimpleName());
        } else if (!way.test(frame) && link != null) {
            hasGap.set(true);
        }
    }

    /** Offers a frame to the link, if there is one and it is not cut on purpose. Any thread. */
    boolean offer(FrameSender.Outgoing frame) {
        return offer(frame, FrameSender::offer);
    }

    private boolean offer(FrameSender.Outgoing frame, BiPredicate<FrameSender, FrameSender.Outgoing> way) {
        PeerSocket current = link;
        return current != null
                && surroundings.passes(target.peer(), LinkFilter.Direction.OUT)
                && way.test(current.sender(), frame);
    }

    private void dial() {
        if (!closed) {
            client.connect(target.where().address())
                    .onSuccess(this::onConnected)
                    .onFailure(failure -> {
                        if (failures == 0) {
                            LOG.infof("Peer not reachable: peer=%s reason=%s", target.peer(), failure.getMessage());
                        }
                        redial();
                    });
        }
    }

    private void onConnected(NetSocket socket) {
        Attempt events = new Attempt();
        PeerSocket current = new PeerSocket(surroundings.vertx(), socket, surroundings.settings(), events);
        events.socket = current;
        attempt = current;
        if (closed) {
            current.close("not needed any more");
            return;
        }
        Handshake hello = surroundings.hello(target.addressee(), target.channel());
        current.writeNow(FrameKind.HELLO, hello.encode());
    }

    /** Waits longer after each failure, and never as long as others that failed at the same moment. */
    private void redial() {
        long most = surroundings.settings().redialMax().toMillis();
        long doubled = surroundings.settings().redialMin().toMillis() << Math.min(failures, DOUBLINGS_MAX);
        long pause = Math.min(most, doubled);
        failures++;
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        if (!closed) {
            surroundings.vertx().setTimer(Math.max(1, jittered), due -> dial());
        }
    }

    private void onUp(PeerSocket socket) {
        failures = 0;
        hasGap.set(false);
        link = socket;
        surroundings.refusals().forget(target.name());
        LOG.infof("Peer link up: peer=%s channel=%s", target.peer(), target.channel());
        tellReconnected();
    }

    private void onDown(PeerSocket socket, String reason) {
        attempt = null;
        if (link == socket) {
            link = null;
            LOG.infof("Peer link down: peer=%s channel=%s reason=%s", target.peer(), target.channel(), reason);
            calls.failAll("The link to the peer broke: " + reason);
        }
        redial();
    }

    /** What was dropped while the link stood is repaired as if the link had broken. */
    private void repairGap() {
        boolean isOpen = link != null && surroundings.passes(target.peer(), LinkFilter.Direction.OUT);
        if (isOpen && hasGap.getAndSet(false)) {
            tellReconnected();
        }
    }

    private void tellReconnected() {
        if (target.channel() == Channel.BULK) {
            surroundings.inbox().reconnected(target.peer());
        }
    }

    /** One connection from its first to its last byte. */
    private final class Attempt implements PeerSocket.Events {
        private @Nullable PeerSocket socket;

        private PeerSocket socket() {
            return Objects.requireNonNull(socket);
        }

        @Override
        public void received(FrameKind kind, Buffer payload) throws IOException {
            if (link != socket) {
                onHandshake(kind, payload);
                return;
            }
            if (!surroundings.passes(target.peer(), LinkFilter.Direction.IN)) {
                return;
            }
            switch (kind) {
                case ANSWER -> calls.onAnswer(payload);
                case FAILURE -> calls.onFailure(payload);
                case PONG -> {}
                case HELLO, REFUSAL, PING, MESSAGE, CALL, INTRODUCTION ->
                    throw new IOException("unexpected frame: " + kind);
            }
        }

        private void onHandshake(FrameKind kind, Buffer payload) throws IOException {
            if (kind == FrameKind.REFUSAL) {
                throw new IOException("refused by the peer: " + payload);
            }
            if (kind != FrameKind.HELLO) {
                throw new IOException("unexpected frame before the handshake: " + kind);
            }
            String mismatch = Handshake.decode(payload).mismatch(surroundings.self(), target.addressee());
            if (mismatch == null) {
                socket().establish(surroundings.traffic().of(target.peer()));
                onUp(socket());
            } else {
                socket().refuse(mismatch);
            }
        }

        @Override
        public void tick() {
            socket().writeNow(FrameKind.PING, Buffer.buffer());
            repairGap();
        }

        @Override
        public void drained() {
            repairGap();
        }

        @Override
        public void closed(String reason) {
            if (link != socket && !closed) {
                surroundings.traffic().refused();
                surroundings.refusals().warn(target.name(), reason);
            }
            onDown(socket(), reason);
        }
    }
}
