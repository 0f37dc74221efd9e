package io.omnisql.operator.certificate;

import io.omnisql.operator.plan.Lifetime;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Draws keys and makes certificates for them: elliptic curve P-256, which every driver and program knows. */
public final class CertificateDrawer {
    private static final int SERIAL_BITS = 126;
    private static final int MARK_BITS = 32;
    private static final String LOOPBACK = "127.0.0.1";

    private final SecureRandom random = new SecureRandom();

    /** An authority. Its name tells it from those before and after it: chains are looked up by name. */
    public KeyedCertificate authority(String name, Lifetime lifetime) {
        var pair = pair();
        String mark = new BigInteger(MARK_BITS, random).toString(Character.MAX_RADIX);
        X500Name called = called(name + " authority " + mark);
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    called, serial(), date(lifetime.from()), date(lifetime.until()), called, pair.getPublic());
            var extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
            return new KeyedCertificate(List.of(signed(builder, pair.getPrivate())), pair.getPrivate());
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException("an authority could not be made", e);
        }
    }

    /** A certificate for servers that are each other's clients; it never outlives its authority. */
    public KeyedCertificate certificate(
            KeyedCertificate authority, String name, List<String> hosts, Lifetime lifetime) {
        var pair = pair();
        Instant end = authority.certificate().getNotAfter().toInstant();
        Instant until = lifetime.until().isBefore(end) ? lifetime.until() : end;
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    authority.certificate(),
                    serial(),
                    date(lifetime.from()),
                    date(until),
                    new javax.security.auth.x500.X500Principal(called(name).getEncoded()),
                    pair.getPublic());
            var extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(authority.certificate()));
            return new KeyedCertificate(List.of(signed(builder, authority.key())), pair.getPrivate());
        } catch (GeneralSecurityException | java.io.IOException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    private static GeneralNames names(List<String> hosts) {
        var names = Stream.concat(
                hosts.stream().map(host -> new GeneralName(GeneralName.dNSName, host)),
                // Whoever forwards a port to his own machine.
                Stream.of(new GeneralName(GeneralName.iPAddress, LOOPBACK)));
        return GeneralNames.getInstance(new org.bouncycastle.asn1.DERSequence(names.toArray(ASN1Encodable[]::new)));
    }

    private static X500Name called(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "OmniSQL")
                .addRDN(BCStyle.CN, name)
                .build();
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has the curve P-256", e);
        }
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static Date date(Instant instant) {
        return Date.from(instant);
    }
}
