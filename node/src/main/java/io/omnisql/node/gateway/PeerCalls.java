package io.omnisql.node.gateway;

import io.omnisql.omnipaxos.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Questions from gateway to gateway over the peers' links: reads at the leader, read indexes, digests, snapshots, membership, commands to be given up. Payloads are opaque to the transport. */
public interface PeerCalls {

    /**
     * Asks a peer's gateway. Fails with {@link IOException} when there is no link, with {@link LinkBroken} when it breaks before the answer, with
     * {@link java.util.concurrent.TimeoutException} after {@code timeout}. Bounded in payload and in calls in flight.
     */
    CompletionStage<byte[]> call(NodeId peer, Kind kind, byte[] payload, Duration timeout);

    /** The link broke while the peer had the question: it may have begun to answer. */
    final class LinkBroken extends IOException {
        private static final long serialVersionUID = 1;

        public LinkBroken(String reason) {
            super(reason);
        }
    }

    /** What is asked. */
    enum Kind {
        READ_AT_LEADER,
        DIGESTS,
        SNAPSHOT_OPEN,
        SNAPSHOT_READ,
        HAND_OVER,
        PROGRESS,
        READ_INDEX,
        HOLD
    }

    /** Answers peers' questions. Called on an event loop: must not block. A failed stage travels back as a failed call. */
    interface Handler {
        /** One answer for one question. */
        CompletionStage<byte[]> handle(NodeId from, Kind kind, byte[] payload);
    }
}
