package io.omnisql.node.wal;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.omnisql.omnipaxos.Standing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A configuration, and a node's standing, ↔ bytes. Both fit into the header of a segment. */
final class StandingCodec {
    private static final int BALLOT_BYTES = 3 * Long.BYTES + Integer.BYTES;
    private static final byte NONE = 0;
    private static final byte SOME = 1;

    private StandingCodec() {}

    static int encodedBytes(Configuration configuration) {
        return Long.BYTES
                + Integer.BYTES
                + configuration.replicas().size() * Long.BYTES
                + 2 * Integer.BYTES
                + Integer.BYTES
                + metadata(configuration).length;
    }

    static void encode(Configuration configuration, ByteBuffer out) {
        out.putLong(configuration.id()).putInt(configuration.replicas().size());
        configuration.replicas().forEach(replica -> out.putLong(replica.value()));
        out.putInt(configuration.quorum().prepare())
                .putInt(configuration.quorum().accept());
        byte[] metadata = metadata(configuration);
        out.putInt(metadata.length).put(metadata);
    }

    /**
     * Decodes what {@link #encode} made.
     *
     * @throws IllegalArgumentException when the bytes are no configuration
     */
    static Configuration decodeConfiguration(ByteBuffer in) {
        long id = in.getLong();
        int count = bounded(in.getInt(), Configuration.REPLICAS_MAX, "replicas");
        List<NodeId> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(new NodeId(in.getLong()));
        }
        Quorum quorum = new Quorum(in.getInt(), in.getInt());
        byte[] metadata = new byte[bounded(in.getInt(), Configuration.METADATA_CHARS_MAX, "bytes of metadata")];
        in.get(metadata);
        return new Configuration(id, replicas, quorum, new String(metadata, StandardCharsets.UTF_8));
    }

    static int encodedBytes(Standing standing) {
        return encodedBytes(standing.configuration()) + 2 * Long.BYTES + BALLOT_BYTES;
    }

    static void encode(Standing standing, ByteBuffer out) {
        encode(standing.configuration(), out);
        out.putLong(standing.since()).putLong(standing.votesFrom());
        BatchCodec.encode(standing.sealed(), out);
    }

    static Standing decodeStanding(ByteBuffer in) {
        return new Standing(decodeConfiguration(in), in.getLong(), in.getLong(), BatchCodec.decodeBallot(in));
    }

    static void encodeOptional(@Nullable Standing standing, ByteBuffer out) {
        if (standing == null) {
            out.put(NONE);
        } else {
            encode(standing, out.put(SOME));
        }
    }

    static @Nullable Standing decodeOptional(ByteBuffer in) {
        return in.get() == NONE ? null : decodeStanding(in);
    }

    private static byte[] metadata(Configuration configuration) {
        return configuration.metadata().getBytes(StandardCharsets.UTF_8);
    }

    private static int bounded(int count, int max, String what) {
        if (count < 0 || count > max) {
            throw new IllegalArgumentException("impossible number of " + what + ": " + count);
        }
        return count;
    }
}
