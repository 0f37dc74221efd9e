package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.omnisql.operator.certificate.CertificateReader;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.dependent.CertificateSecret;
import io.omnisql.operator.plan.CertificatesView;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the nodes have. */
record HeldCertificate(
        KeyedCertificate certificate,
        List<X509Certificate> authorities,
        Instant trustedSince,
        Instant certificateSince) {
    /** Out of their Secret; empty when it does not exist, or somebody broke it: then it is made anew. */
    static Optional<HeldCertificate> read(@Nullable Secret secret) {
        if (secret == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HeldCertificate(
                    KeyedCertificate.of(
                            text(secret, CertificateSecret.CERTIFICATE), text(secret, CertificateSecret.KEY)),
                    Pem.certificates(text(secret, CertificateSecret.AUTHORITIES)),
                    since(secret, CertificateSecret.TRUSTED_SINCE),
                    since(secret, CertificateSecret.CERTIFICATE_SINCE)));
        } catch (UnusableCertificate | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String text(Secret secret, String key) {
        return SecretText.of(secret, key).orElse("");
    }

    private static Instant since(Secret secret, String annotation) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.<String, String>of());
        return Instant.parse(annotations.getOrDefault(annotation, ""));
    }

    /** As decisions see it. */
    CertificatesView.Held view() {
        return new CertificatesView.Held(
                CertificateReader.view(certificate.chain(), authorities),
                authorities.stream().map(CertificateReader::view).toList(),
                trustedSince,
                certificateSince);
    }
}
