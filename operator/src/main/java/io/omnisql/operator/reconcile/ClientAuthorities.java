package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.dependent.CertificateSecret;
import io.omnisql.operator.plan.CertificateVerdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Secret with the authorities of clients' certificates. A pod that mounts it does not start without it, and a node not without a certificate in it. */
final class ClientAuthorities {
    private ClientAuthorities() {}

    /** What is wrong with the Secret of that name, as it was found. */
    static Optional<CertificateVerdict> objection(String name, @Nullable Secret secret) {
        if (secret == null) {
            return Optional.of(lacking("ClientSecretMissing", "the Secret %s does not exist".formatted(name)));
        }
        try {
            Pem.certificates(
                    SecretText.of(secret, CertificateSecret.AUTHORITIES).orElse(""));
            return Optional.empty();
        } catch (UnusableCertificate e) {
            return Optional.of(lacking(
                    "ClientSecretInvalid",
                    "%s in the Secret %s %s".formatted(CertificateSecret.AUTHORITIES, name, e.getMessage())));
        }
    }

    private static CertificateVerdict lacking(String reason, String what) {
        return new CertificateVerdict(
                Condition.FALSE, reason, what + ": nodes need it to ask clients for certificates", true);
    }
}
