package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The operator's authority for one cluster. Only the operator reads it; no pod mounts it. */
final class AuthoritySecret {
    private AuthoritySecret() {}

    static Optional<Secret> desired(Blueprint blueprint) {
        return Optional.ofNullable(blueprint.tls())
                .map(TlsMaterial::authority)
                .map(authority -> new SecretBuilder()
                        .withMetadata(blueprint.owned(blueprint.names().authority()))
                        .withType(CertificateSecret.TYPE)
                        .withData(new TreeMap<>(Map.of(
                                CertificateSecret.CERTIFICATE,
                                AdminTokenSecret.encoded(authority.certificate()),
                                CertificateSecret.KEY,
                                AdminTokenSecret.encoded(authority.key()))))
                        .build());
    }
}
