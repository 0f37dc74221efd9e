package io.omnisql.node.transport;

import io.omnisql.omnipaxos.NodeId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first words on a connection, from both sides: what protocol, which cluster, who, to whom, in which configuration.
 *
 * @param self who speaks
 * @param configurationId the configuration that it lives in; the other's may differ, for who lags must be served
 * @param to whom it believes to speak to
 * @param channel what the connection is for
 */
record Handshake(Identity self, long configurationId, Addressee to, Channel channel) {
    /** Neither a hello nor a refusal is longer. */
    static final int BYTES_MAX = 1024;

    private static final long MAGIC = 0x4F4D4E4950454552L; // "OMNIPEER"
    private static final short VERSION = 2;

    /** A node, and the data folder by which the speaker knows it. */
    record Addressee(NodeId node, UUID incarnation) {
        static Addressee of(Identity identity) {
            return new Addressee(identity.node(), identity.incarnation());
        }
    }

    Buffer encode() {
        byte[] address = self.address().getBytes(StandardCharsets.UTF_8);
        Buffer out = Buffer.buffer().appendLong(MAGIC).appendShort(VERSION);
        append(self.clusterUid(), out);
        out.appendLong(self.node().value());
        append(self.incarnation(), out);
        out.appendInt(address.length).appendBytes(address).appendLong(configurationId);
        out.appendLong(to.node.value());
        append(to.incarnation, out);
        return out.appendByte(channel.code());
    }

    private static void append(UUID id, Buffer out) {
        out.appendLong(id.getMostSignificantBits()).appendLong(id.getLeastSignificantBits());
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
            var self = new Identity(nextId(in), new NodeId(in.nextLong()), nextId(in), in.nextText());
            long configurationId = in.nextLong();
            var to = new Addressee(new NodeId(in.nextLong()), nextId(in));
            var hello = new Handshake(self, configurationId, to, Channel.of(in.nextByte()));
            in.requireEnd();
            return hello;
        } catch (IllegalArgumentException nonsense) {
            throw new IOException("a malformed hello: " + nonsense.getMessage(), nonsense);
        }
    }

    private static UUID nextId(Cursor in) throws IOException {
        return new UUID(in.nextLong(), in.nextLong());
    }

    /**
     * Why {@code own}, who was dialled, does not talk to the one who said this; null when it does. A node that the configuration here
     * does not name may be a guest: one that learns, lags, or is ahead. But either side must be a member of the later configuration.
     */
    @Nullable
    String mismatch(Identity own, PeerDirectory directory) {
        String misdirected = misdirected(own);
        if (misdirected != null) {
            return misdirected;
        }
        NodeId node = self.node();
        PeerDirectory.Peer known = directory.members().get(node);
        if (known != null && !known.incarnation().equals(self.incarnation())) {
            return "node " + node + " has incarnation " + known.incarnation() + " here, not " + self.incarnation();
        }
        if (node.equals(own.node())) {
            return "node " + node + " is no peer of node " + own.node();
        }
        boolean isAhead = configurationId > directory.configurationId();
        if (known == null && !isAhead && !directory.members().containsKey(own.node())) {
            return "node " + node + " is a member to neither side";
        }
        return null;
    }

    /** Why this is not the answer of {@code dialled} to {@code own}; null when it is. */
    @Nullable
    String mismatch(Identity own, Addressee dialled) {
        String misdirected = misdirected(own);
        if (misdirected != null) {
            return misdirected;
        }
        Addressee answering = Addressee.of(self);
        return answering.equals(dialled) ? null : "node " + dialled + " was dialled, " + answering + " answers";
    }

    private @Nullable String misdirected(Identity own) {
        if (!self.clusterUid().equals(own.clusterUid())) {
            return "cluster " + self.clusterUid() + " is not " + own.clusterUid();
        }
        if (!to.node.equals(own.node())) {
            return "node " + to.node + " was meant, this is node " + own.node();
        }
        if (!to.incarnation.equals(own.incarnation())) {
            return "node " + to.node + " with incarnation " + to.incarnation + " was meant, this one has "
                    + own.incarnation();
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
