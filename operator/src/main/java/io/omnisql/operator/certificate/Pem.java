package io.omnisql.operator.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** Certificates and keys as text. */
public final class Pem {
    private static final int LINE_LENGTH = 64;

    private Pem() {}

    /** All certificates in the text, in its order; at least one. */
    public static List<X509Certificate> certificates(String text) throws UnusableCertificate {
        var found = new ArrayList<X509Certificate>();
        try (var parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (IOException | CertificateException | RuntimeException e) { // The parser throws all of them at noise.
            throw new UnusableCertificate("is no certificate in PEM");
        }
        if (found.isEmpty()) {
            throw new UnusableCertificate("has no certificate in PEM");
        }
        return List.copyOf(found);
    }

    /** The private key in the text: PKCS#8, or the older forms of RSA and EC keys; without a passphrase. */
    public static PrivateKey key(String text) throws UnusableCertificate {
        try (var reader = new PemReader(new StringReader(text))) {
            for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                var key = key(object);
                if (key.isPresent()) {
                    return generated(key.get());
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) { // The cause may quote the key.
            throw new UnusableCertificate("is no private key in PEM");
        }
        throw new UnusableCertificate("has no private key in PEM that is without a passphrase");
    }

    private static Optional<PrivateKeyInfo> key(PemObject object) throws IOException {
        return switch (object.getType()) {
            case "PRIVATE KEY" -> Optional.of(PrivateKeyInfo.getInstance(object.getContent()));
            case "RSA PRIVATE KEY" ->
                Optional.of(new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        RSAPrivateKey.getInstance(object.getContent())));
            case "EC PRIVATE KEY" -> {
                var key = ECPrivateKey.getInstance(object.getContent());
                yield Optional.of(new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key));
            }
            default -> Optional.empty(); // Parameters of a curve, or a certificate beside the key.
        };
    }

    private static PrivateKey generated(PrivateKeyInfo key) throws IOException, GeneralSecurityException {
        var kind = key.getPrivateKeyAlgorithm().getAlgorithm();
        String algorithm = kind.equals(X9ObjectIdentifiers.id_ecPublicKey)
                ? "EC"
                : kind.equals(PKCSObjectIdentifiers.rsaEncryption) ? "RSA" : kind.getId();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    }

    /** Certificates as text. */
    public static String text(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> block("CERTIFICATE", encoded(certificate)))
                .collect(Collectors.joining());
    }

    /** A key as text, in the form that every program reads (PKCS#8). */
    public static String text(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read or made has an encoding", e);
        }
    }

    private static String block(String kind, byte[] content) {
        String body = Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind);
    }
}
