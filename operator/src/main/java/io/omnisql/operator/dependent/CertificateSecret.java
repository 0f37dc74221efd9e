package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What nodes show and whom they trust. Pods mount it as files, which change together, and nodes read them again. */
public final class CertificateSecret {
    /** Kubernetes' own type for a certificate with its key. */
    public static final String TYPE = "kubernetes.io/tls";

    /** Key of the certificate. */
    public static final String CERTIFICATE = "tls.crt";

    /** Key of its private key. */
    public static final String KEY = "tls.key";

    /** Key of the trusted authorities; that is what cert-manager calls it, too. */
    public static final String AUTHORITIES = "ca.crt";

    /** Annotation that tells when an authority was added the last time. */
    public static final String TRUSTED_SINCE = "omnisql.io/trusted-since";

    /** Annotation that tells when the certificate was exchanged the last time. */
    public static final String CERTIFICATE_SINCE = "omnisql.io/certificate-since";

    private CertificateSecret() {}

    static Optional<Secret> desired(Blueprint blueprint) {
        return Optional.ofNullable(blueprint.tls()).map(tls -> secret(blueprint, tls));
    }

    private static Secret secret(Blueprint blueprint, TlsMaterial tls) {
        return new SecretBuilder()
                .withMetadata(new ObjectMetaBuilder(
                                blueprint.owned(blueprint.names().certificate()))
                        .addToAnnotations(TRUSTED_SINCE, tls.trustedSince().toString())
                        .addToAnnotations(
                                CERTIFICATE_SINCE, tls.certificateSince().toString())
                        .build())
                .withType(TYPE)
                .withData(new TreeMap<>(Map.of(
                        CERTIFICATE,
                        AdminTokenSecret.encoded(tls.certificate().certificate()),
                        KEY,
                        AdminTokenSecret.encoded(tls.certificate().key()),
                        AUTHORITIES,
                        AdminTokenSecret.encoded(tls.authorities()))))
                .build();
    }
}
