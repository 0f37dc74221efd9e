package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.omnisql.operator.certificate.CertificateReader;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.dependent.CertificateSecret;
import io.omnisql.operator.plan.CertificateSource;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** A certificate out of a Secret of somebody else's, as far as it can do a node's work. */
record GivenCertificate(KeyedCertificate certificate, List<X509Certificate> authorities) {
    private static final String SERVERS = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENTS = "1.3.6.1.5.5.7.3.2";

    /** What the Secret holds; the hosts are those that it must name. */
    static GivenCertificate read(Secret secret, List<String> hosts, Instant now) throws UnusableCertificate {
        String chain = text(secret, CertificateSecret.CERTIFICATE);
        String key = text(secret, CertificateSecret.KEY);
        String authorities = text(secret, CertificateSecret.AUTHORITIES);
        var read = new GivenCertificate(KeyedCertificate.of(chain, key), Pem.certificates(authorities));
        read.check(hosts, now);
        return read;
    }

    private static String text(Secret secret, String key) throws UnusableCertificate {
        return SecretText.of(secret, key).orElseThrow(() -> new UnusableCertificate("it has no " + key));
    }

    private void check(List<String> hosts, Instant now) throws UnusableCertificate {
        var view = source().certificate();
        if (view.lifetime().isOutside(now)) {
            throw new UnusableCertificate("the certificate is good from %s until %s only"
                    .formatted(view.lifetime().from(), view.lifetime().until()));
        }
        if (view.authority().isEmpty()) {
            throw new UnusableCertificate("no authority in ca.crt vouches for the certificate");
        }
        for (String host : hosts) {
            if (!CertificateReader.covers(certificate.certificate(), host)) {
                throw new UnusableCertificate("the certificate does not name " + host);
            }
        }
        if (!isFor(SERVERS) || !isFor(CLIENTS)) {
            throw new UnusableCertificate("the certificate must be for server auth and client auth: nodes are both");
        }
    }

    private boolean isFor(String purpose) {
        try {
            var purposes = certificate.certificate().getExtendedKeyUsage();
            return purposes == null || purposes.contains(purpose);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** As decisions see it. */
    CertificateSource.Given source() {
        return new CertificateSource.Given(
                CertificateReader.view(certificate.chain(), authorities),
                authorities.stream().map(CertificateReader::view).toList());
    }
}
