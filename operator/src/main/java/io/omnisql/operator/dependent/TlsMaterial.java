package io.omnisql.operator.dependent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys as nodes and clients get them, in PEM.
 *
 * @param authority the operator's own, with its key; null when somebody else's certificates are used
 * @param certificate the nodes'
 * @param authorities all that are trusted
 * @param trustedSince when an authority was added the last time
 * @param certificateSince when the certificate was exchanged the last time
 */
public record TlsMaterial(
        @Nullable Keyed authority,
        Keyed certificate,
        String authorities,
        Instant trustedSince,
        Instant certificateSince) {
    /** A certificate, after it those that lead to its authority, and its key. */
    public record Keyed(String certificate, String key) {
        @Override
        public String toString() {
            return "Keyed[…]"; // The key must not reach a log.
        }
    }
}
