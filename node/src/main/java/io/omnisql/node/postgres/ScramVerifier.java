package io.omnisql.node.postgres;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes of a password what PostgreSQL stores of it, as PostgreSQL itself would, so that it can be made once for all nodes. */
public final class ScramVerifier {
    private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
    private static final int ITERATIONS = 4096;
    private static final int KEY_BITS = 256;

    private ScramVerifier() {}

    /**
     * The verifier in PostgreSQL's notation.
     *
     * @param salt 16 bytes from a secure source
     */
    public static String of(String password, byte[] salt) {
        byte[] salted = password.codePoints().allMatch(ScramVerifier::isMappedToNothing)
                ? saltedAsItIs(password, salt)
                : ScramFunctions.saltedPassword(
                        MECHANISM, StringPreparation.POSTGRESQL_PREPARATION, password.toCharArray(), salt, ITERATIONS);
        byte[] storedKey = ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted));
        byte[] serverKey = ScramFunctions.serverKey(MECHANISM, salted);
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + ITERATIONS + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }

    /** A password of which SASLprep would leave nothing is taken as it is, see pg_saslprep. */
    static byte[] saltedAsItIs(String password, byte[] salt) {
        try {
            var spec = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, KEY_BITS);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has PBKDF2WithHmacSHA256", e);
        }
    }

    /** RFC 3454, table B.1. */
    private static boolean isMappedToNothing(int character) {
        return switch (character) {
            case 0x00AD, 0x034F, 0x1806, 0x180B, 0x180C, 0x180D, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF -> true;
            default -> character >= 0xFE00 && character <= 0xFE0F;
        };
    }
}
