package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The operator's authority for one cluster. Only the operator reads it; no pod mounts it. It shares the volumes' fate: a cluster that is made
 * again on them is trusted by the clients of the one before.
 */
final class AuthoritySecret {
    private AuthoritySecret() {}

    static Optional<Secret> desired(Blueprint blueprint) {
        return Optional.ofNullable(blueprint.tls())
                .map(TlsMaterial::authority)
                .map(authority -> new SecretBuilder()
                        .withMetadata(blueprint.kept(blueprint.names().authority()))
                        .withType(CertificateSecret.TYPE)
                        .withData(new TreeMap<>(Map.of(
                                CertificateSecret.CERTIFICATE,
                                AdminTokenSecret.encoded(authority.certificate()),
                                CertificateSecret.KEY,
                                AdminTokenSecret.encoded(authority.key()))))
                        .build());
    }
}
