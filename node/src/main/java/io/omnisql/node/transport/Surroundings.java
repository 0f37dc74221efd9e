package io.omnisql.node.transport;

import io.omnisql.node.replica.ReplicaInbox;
import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** What all connections of one transport have in common. */
record Surroundings(
        Vertx vertx,
        Identity self,
        Supplier<PeerDirectory> directory,
        TransportSettings settings,
        ReplicaInbox inbox,
        Supplier<LinkFilter> filter,
        OnceLog refusals,
        Traffic traffic) {

    boolean passes(NodeId peer, LinkFilter.Direction direction) {
        return filter.get().passes(peer, direction);
    }

    boolean isTooLarge(Message message) {
        return MessageCodec.encodedBytesMax(message) > settings.messageBytesMax();
    }

    /** The first frame of this node on a connection. */
    Handshake hello(Handshake.Addressee to, Channel channel) {
        return new Handshake(self, directory.get().configurationId(), to, channel);
    }
}
