package io.omnisql.operator.plan;

import java.util.List;

/**
 * What decisions need of a certificate.
 *
 * @param fingerprint tells it from every other one
 * @param authority fingerprint of the authority that vouches for it; empty when none that is known does
 * @param names hosts that may show it, sorted
 */
public record CertificateView(String fingerprint, String authority, Lifetime lifetime, List<String> names) {
    /** Keeps a copy. */
    public CertificateView {
        names = names.stream().sorted().toList();
    }
}
