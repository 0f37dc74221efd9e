package io.omnisql.node.http;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.http.Roles.Login;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks passwords against the verifiers of the node's own PostgreSQL. A pair that was right once is remembered (as a keyed hash),
 * so that repeated requests save the iterations; since the verifier is part of the hash, a changed password counts at once. Wrong
 * ones are never remembered, and cost the same whether the role exists or not.
 */
final class Passwords {
    private static final int REMEMBERED_MAX = 1_024;
    private static final int SECRET_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int CHECKS_AT_ONCE = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
    private static final long TURN_SECONDS = 5;

    private final Roles roles;
    private final SecretKeySpec secret;
    /** Bounds the processor time that guessing strangers can take from the replica. */
    private final Semaphore turns = new Semaphore(CHECKS_AT_ONCE, true);

    private final LinkedHashSet<ByteBuffer> remembered = new LinkedHashSet<>();

    Passwords(Roles roles, SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        this.roles = roles;
        this.secret = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** Whom these credentials open a session for now; empty when they are wrong. Blocks: asks PostgreSQL, and new ones cost some work. */
    Optional<Login> login(BasicCredentials credentials) throws RequestRefused {
        Optional<Login> login = roles.find(credentials.role());
        String text = login.map(Login::verifier).orElse("");
        ByteBuffer hash = hash(credentials.role(), text, credentials.password());
        if (login.isPresent() && isRemembered(hash)) {
            return login;
        }
        Optional<PasswordCheck> verifier = PasswordCheck.parse(text);
        if (!matches(verifier.orElseGet(() -> decoy(credentials.role())), credentials.password())) {
            return Optional.empty();
        }
        remember(hash);
        return login;
    }

    private boolean matches(PasswordCheck verifier, String password) throws RequestRefused {
        try {
            if (!turns.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
                throw new RequestRefused(SqlError.of("53300", "too many passwords are being checked at once"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestRefused(SqlError.of("57P01", "the node is stopping"));
        }
        try {
            return verifier.matches(password);
        } finally {
            turns.release();
        }
    }

    /** Nobody's verifier, the same one each time for a role: no password matches a key that is no hash of anything. */
    private PasswordCheck decoy(String role) {
        byte[] salt = Arrays.copyOf(hash("decoy", role, "").array(), SALT_BYTES);
        return new PasswordCheck(PasswordCheck.ITERATIONS_DEFAULT, salt, new byte[0]);
    }

    private boolean isRemembered(ByteBuffer hash) {
        synchronized (remembered) {
            return remembered.contains(hash);
        }
    }

    private void remember(ByteBuffer hash) {
        synchronized (remembered) {
            if (remembered.add(hash) && remembered.size() > REMEMBERED_MAX) {
                remembered.removeFirst();
            }
        }
    }

    private ByteBuffer hash(String... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
                mac.update(bytes);
            }
            return ByteBuffer.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
