package io.omnisql.node.http;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What PostgreSQL keeps of a password (pg_authid.rolpassword), with which a password can be checked but not found. */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a record.
record PasswordCheck(int iterations, byte[] salt, byte[] storedKey) {
    static final int ITERATIONS_DEFAULT = 4_096;
    private static final int ITERATIONS_MAX = 1_000_000;
    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
    private static final Pattern FORM =
            Pattern.compile("SCRAM-SHA-256\\$(\\d{1,7}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

    /** Empty when the text is not a SCRAM verifier (an old MD5 hash), or would take too long to check. */
    static Optional<PasswordCheck> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(matcher.group(1));
        if (iterations < 1 || iterations > ITERATIONS_MAX) {
            return Optional.empty();
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return Optional.of(
                new PasswordCheck(iterations, base64.decode(matcher.group(2)), base64.decode(matcher.group(3))));
    }

    /** Whether this is the password. Costs the iterations; the comparison takes the same time whatever differs. */
    boolean matches(String password) {
        byte[] salted = ScramFunctions.saltedPassword(
                MECHANISM, StringPreparation.POSTGRESQL_PREPARATION, password.toCharArray(), salt, iterations);
        byte[] key = ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted));
        return MessageDigest.isEqual(key, storedKey);
    }
}
