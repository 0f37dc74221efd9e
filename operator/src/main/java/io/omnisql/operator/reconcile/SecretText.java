package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of Secrets, which are text everywhere here. */
final class SecretText {
    private SecretText() {}

    /** The value of that key; empty when there is none. */
    static Optional<String> of(@Nullable Secret secret, String key) {
        return Optional.ofNullable(secret)
                .map(Secret::getData)
                .map(data -> data.get(key))
                .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
    }
}
