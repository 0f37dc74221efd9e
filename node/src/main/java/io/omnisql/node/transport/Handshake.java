package io.omnisql.node.transport;

import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The first words on a connection, from both sides: what protocol, which cluster, who, to whom, in which configuration.
 *
 * @param self who speaks
 * @param to whom it believes to speak to
 * @param channel what the connection is for
 */
record Handshake(Identity self, NodeId to, Channel channel) {
    /** Neither a hello nor a refusal is longer. */
    static final int BYTES_MAX = 1024;

    private static final long MAGIC = 0x4F4D4E4950454552L; // "OMNIPEER"
    private static final short VERSION = 1;

    Buffer encode() {
        byte[] clusterId = self.clusterId().getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer()
                .appendLong(MAGIC)
                .appendShort(VERSION)
                .appendInt(clusterId.length)
                .appendBytes(clusterId)
                .appendLong(self.node().value())
                .appendLong(self.configurationId())
                .appendLong(to.value())
                .appendByte(channel.code());
    }

    /**
     * What a peer said.
     *
     * @throws StrangerException when it does not speak this protocol at all, to whom there is no use in answering
     * @throws IOException when it speaks another version, or nonsense
     */
    static Handshake decode(Buffer bytes) throws IOException {
        Cursor in = new Cursor(bytes);
        if (bytes.length() < Long.BYTES || in.nextLong() != MAGIC) {
            throw new StrangerException("no peer: it does not speak this protocol");
        }
        short version = in.nextShort();
        if (version != VERSION) {
            throw new IOException("protocol version " + version + " is not " + VERSION);
        }
        try {
            String clusterId = in.nextText();
            Identity self = new Identity(clusterId, new NodeId(in.nextLong()), in.nextLong());
            Handshake hello = new Handshake(self, new NodeId(in.nextLong()), Channel.of(in.nextByte()));
            in.requireEnd();
            return hello;
        } catch (IllegalArgumentException nonsense) {
            throw new IOException("a malformed hello: " + nonsense.getMessage(), nonsense);
        }
    }

    /** Why {@code own} does not talk to the one who said this; null when it does. */
    @Nullable
    String mismatch(Identity own, Collection<NodeId> peers) {
        if (!self.clusterId().equals(own.clusterId())) {
            return "cluster '" + self.clusterId() + "' is not '" + own.clusterId() + "'";
        }
        if (self.configurationId() != own.configurationId()) {
            return "configuration " + self.configurationId() + " is not " + own.configurationId();
        }
        if (!to.equals(own.node())) {
            return "node " + to + " was meant, this is node " + own.node();
        }
        if (!peers.contains(self.node())) {
            return "node " + self.node() + " is no peer of node " + own.node();
        }
        return null;
    }

    /** Somebody who does not speak this protocol. */
    static final class StrangerException extends IOException {
        private static final long serialVersionUID = 1L;

        StrangerException(String message) {
            super(message);
        }
    }
}
