package io.omnisql.node.apply;

import io.omnisql.node.gateway.ResultDigests;
import java.util.SortedMap;
import java.util.TreeMap;

/** The rolling digest at every 256th slot, for the last of them, and at the latest. Thread-safe. */
final class DigestCheckpoints implements ResultDigests {
    private static final long DISTANCE_SLOTS = 256;
    private static final int KEPT = 256;

    private final TreeMap<Long, Long> digests = new TreeMap<>();
    private long latestSlot = -1;
    private long latestDigest;

    /** The digest after the entry at a slot was counted in. */
    void rolled(long slot, long digest) {
        synchronized (this) {
            latestSlot = slot;
            latestDigest = digest;
            if ((slot + 1) % DISTANCE_SLOTS == 0) {
                digests.put(slot, digest);
            }
            if (digests.size() > KEPT) {
                digests.pollFirstEntry();
            }
        }
    }

    @Override
    public synchronized SortedMap<Long, Long> recent() {
        var recent = new TreeMap<Long, Long>(digests);
        if (latestSlot >= 0) {
            recent.put(latestSlot, latestDigest);
        }
        return recent;
    }
}
