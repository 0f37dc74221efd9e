package io.omnisql.node.transport;

import io.omnisql.omnipaxos.Configuration;
import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Quorum;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A configuration ↔ bytes on the wire. */
final class ConfigurationCodec {
    private ConfigurationCodec() {}

    /** At least as many bytes as {@link #encode} makes. */
    static long encodedBytesMax(Configuration configuration) {
        return Long.BYTES
                + Integer.BYTES
                + (long) configuration.replicas().size() * Long.BYTES
                + 3 * Integer.BYTES
                + 3L * configuration.metadata().length();
    }

    static void encode(Configuration configuration, Buffer out) {
        out.appendLong(configuration.id()).appendInt(configuration.replicas().size());
        configuration.replicas().forEach(replica -> out.appendLong(replica.value()));
        out.appendInt(configuration.quorum().prepare())
                .appendInt(configuration.quorum().accept());
        byte[] metadata = configuration.metadata().getBytes(StandardCharsets.UTF_8);
        out.appendInt(metadata.length).appendBytes(metadata);
    }

    static Configuration decode(Cursor in) throws IOException {
        long id = in.nextLong();
        int count = in.nextCount(Long.BYTES);
        List<Long> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(in.nextLong());
        }
        int prepare = in.nextInt();
        int accept = in.nextInt();
        String metadata = new String(in.nextBytes(), StandardCharsets.UTF_8);
        try {
            List<NodeId> nodes = replicas.stream().map(NodeId::new).toList();
            return new Configuration(id, nodes, new Quorum(prepare, accept), metadata);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("malformed configuration: " + malformed.getMessage(), malformed);
        }
    }
}
