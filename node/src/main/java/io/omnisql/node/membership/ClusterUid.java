package io.omnisql.node.membership;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The name of a cluster that no other has, drawn from the nonce of its founding. */
public final class ClusterUid {
    private ClusterUid() {}

    /** The same text gives the same uid, everywhere and always. */
    public static UUID of(String nonce) {
        return UUID.nameUUIDFromBytes(("omnisql:" + nonce).getBytes(StandardCharsets.UTF_8));
    }
}
