package io.omnisql.node.pgwire;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The open sessions by the key that a CancelRequest must show. Bounded. Thread-safe. */
final class SessionRegistry {
    private static final int SECRET_BYTES = 4;
    private final int sessionsMax;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<Integer, Entry> byProcessId = new ConcurrentHashMap<>();
    private final ConcurrentMap<PgSession, Integer> processIds = new ConcurrentHashMap<>();

    SessionRegistry(int sessionsMax) {
        this.sessionsMax = sessionsMax;
    }

    /** What BackendKeyData tells the client. */
    @SuppressWarnings("ArrayRecordComponent") // Handed out once, never compared as a record.
    record Key(int processId, byte[] secret) {}

    private record Entry(PgSession session, Key key) {}

    /** A place for the session, or null when there are too many. */
    @Nullable
    Key register(PgSession session) {
        synchronized (processIds) {
            if (processIds.size() >= sessionsMax) {
                return null;
            }
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            int processId = freeProcessId();
            var key = new Key(processId, secret);
            byProcessId.put(processId, new Entry(session, key));
            processIds.put(session, processId);
            return key;
        }
    }

    private int freeProcessId() {
        int processId;
        do {
            processId = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        } while (byProcessId.containsKey(processId));
        return processId;
    }

    void remove(PgSession session) {
        synchronized (processIds) {
            Integer processId = processIds.remove(session);
            if (processId != null) {
                byProcessId.remove(processId);
            }
        }
    }

    /** The session of this key; null when the key is wrong. */
    @Nullable
    PgSession find(int processId, byte[] secret) {
        Entry entry = byProcessId.get(processId);
        return entry != null && MessageDigest.isEqual(entry.key.secret, secret) ? entry.session : null;
    }

    List<PgSession> all() {
        return List.copyOf(processIds.keySet());
    }

    int size() {
        return processIds.size();
    }
}
