package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** The token with which the operator changes membership; nodes read it from a file. */
public final class AdminTokenSecret {
    /** Key of the token. */
    public static final String TOKEN = "token";

    private AdminTokenSecret() {}

    static Secret desired(Blueprint blueprint) {
        return new SecretBuilder()
                .withMetadata(blueprint.owned(blueprint.names().adminToken()))
                .withType("Opaque")
                .withData(Map.of(TOKEN, encoded(blueprint.credentials().adminToken())))
                .build();
    }

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
