package io.omnisql.operator.certificate;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its key.
 *
 * @param chain the certificate, and after it those that lead to its authority
 */
public record KeyedCertificate(List<X509Certificate> chain, PrivateKey key) {
    private static final byte[] SAMPLE = {1, 2, 3};

    /** Keeps a copy. */
    public KeyedCertificate {
        chain = List.copyOf(chain);
    }

    /** Out of two texts, if they belong together. */
    public static KeyedCertificate of(String chain, String key) throws UnusableCertificate {
        var read = new KeyedCertificate(Pem.certificates(chain), Pem.key(key));
        if (!read.isPair()) {
            throw new UnusableCertificate("the key is not the certificate's");
        }
        return read;
    }

    /** The certificate itself. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    private boolean isPair() {
        PublicKey open = certificate().getPublicKey();
        String algorithm = switch (open.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> open.getAlgorithm();
        };
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // A key of another kind.
        }
    }

    @Override
    public String toString() {
        return "KeyedCertificate[…]"; // The key must not reach a log.
    }
}
