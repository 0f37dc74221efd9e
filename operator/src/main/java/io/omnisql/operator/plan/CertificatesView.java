package io.omnisql.operator.plan;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at a cluster's certificates.
 *
 * @param held what the nodes have; null when they have nothing (yet)
 */
public record CertificatesView(
        CertificateSource source, @Nullable Held held, Instant now) {
    /**
     * The nodes' certificate and whom they trust. A node reads both again within minutes after they were changed, not at once.
     *
     * @param trusted authorities whose certificates nodes, clients and the operator accept
     * @param trustedSince when an authority was added the last time
     * @param certificateSince when the certificate was exchanged the last time
     */
    public record Held(
            CertificateView certificate, List<AuthorityView> trusted, Instant trustedSince, Instant certificateSince) {
        /** Keeps a copy. */
        public Held {
            trusted = List.copyOf(trusted);
        }

        boolean trusts(AuthorityView authority) {
            return trusted.stream().anyMatch(known -> known.fingerprint().equals(authority.fingerprint()));
        }
    }
}
