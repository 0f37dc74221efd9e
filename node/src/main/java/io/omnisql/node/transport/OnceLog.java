package io.omnisql.node.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Warns once for each peer and reason, not at each attempt. Thread-safe. */
final class OnceLog {
    private static final Logger LOG = Logger.getLogger(OnceLog.class);
    private static final int REASONS_MAX = 1_000;

    private final Set<Refusal> told = ConcurrentHashMap.newKeySet();

    private record Refusal(String peer, String reason) {}

    /** True when it was told now. */
    boolean warn(String peer, String reason) {
        if (told.size() >= REASONS_MAX || !told.add(new Refusal(peer, reason))) {
            return false;
        }
        LOG.warnf("Peer link refused: peer=%s reason=%s", peer, reason);
        return true;
    }

    /** All is well with this peer again: its next refusal is news. */
    void forget(String peer) {
        told.removeIf(refusal -> refusal.peer().equals(peer));
    }
}
