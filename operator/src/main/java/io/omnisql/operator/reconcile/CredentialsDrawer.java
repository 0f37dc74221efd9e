package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.dependent.AdminTokenSecret;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.dependent.ConnectionSecret;
import io.omnisql.operator.dependent.Names;
import java.security.SecureRandom;
import java.util.Optional;

/** Draws secrets once; what a Secret already holds stays. */
final class CredentialsDrawer {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 32;

    private final KubernetesClient client;
    private final SecureRandom random = new SecureRandom();

    CredentialsDrawer(KubernetesClient client) {
        this.client = client;
    }

    Credentials drawnFor(Names names) {
        return new Credentials(
                existing(names, names.connection(), ConnectionSecret.PASSWORD).orElseGet(this::draw),
                existing(names, names.adminToken(), AdminTokenSecret.TOKEN).orElseGet(this::draw));
    }

    private Optional<String> existing(Names names, String secret, String key) {
        return SecretText.of(
                client.secrets().inNamespace(names.namespace()).withName(secret).get(), key);
    }

    /** Letters and digits only, so that it needs no escaping in any URI; about 190 bits. */
    private String draw() {
        var text = new StringBuilder(LENGTH);
        for (int place = 0; place < LENGTH; place++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
