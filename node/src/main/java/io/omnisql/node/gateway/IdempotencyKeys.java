package io.omnisql.node.gateway;

import io.omnisql.node.sql.RequestId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A client's own key becomes a request id that is the same on every node. */
public final class IdempotencyKeys {
    /** Whoever takes longer ones from clients at one door and not at another breaks those who change doors. */
    public static final int CHARACTERS_MAX = 255;

    private IdempotencyKeys() {}

    /** Keys of different roles never meet. Sequence 0 tells these ids from a session's, which count from 1. */
    static RequestId requestId(String sessionUser, String key) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(sessionUser.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            ByteBuffer hash = ByteBuffer.wrap(sha.digest(key.getBytes(StandardCharsets.UTF_8)));
            return new RequestId(hash.getLong(), hash.getLong(), 0);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
