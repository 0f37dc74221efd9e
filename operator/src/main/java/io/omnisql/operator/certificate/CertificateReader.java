package io.omnisql.operator.certificate;

import io.omnisql.operator.plan.AuthorityView;
import io.omnisql.operator.plan.CertificateView;
import io.omnisql.operator.plan.Lifetime;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** What certificates say. */
public final class CertificateReader {
    private static final int KIND_DNS = 2;

    private CertificateReader() {}

    /** What decisions need of a certificate; who vouches for it is looked for among the authorities. */
    public static CertificateView view(List<X509Certificate> chain, List<X509Certificate> authorities) {
        var certificate = chain.getFirst();
        String authority = authorities.stream()
                .filter(candidate -> vouches(candidate, chain))
                .map(CertificateReader::fingerprint)
                .findFirst()
                .orElse("");
        return new CertificateView(fingerprint(certificate), authority, lifetime(certificate), names(certificate));
    }

    /** What decisions need of an authority. */
    public static AuthorityView view(X509Certificate authority) {
        return new AuthorityView(fingerprint(authority), lifetime(authority));
    }

    /** Whether the authority leads to the certificate at the head of the chain. Whether they are good today is another question. */
    private static boolean vouches(X509Certificate authority, List<X509Certificate> chain) {
        var certificate = chain.getFirst();
        try {
            // A chain may end with its authority itself, which is no step of a path.
            var path = CertificateFactory.getInstance("X.509")
                    .generateCertPath(chain.stream()
                            .filter(step -> !step.equals(authority))
                            .toList());
            var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(certificate.getNotBefore().toInstant()));
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return true;
        } catch (InvalidAlgorithmParameterException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime judges X.509 certificates", e);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether the certificate may be shown by that host, as browsers and drivers judge it: a star stands for one label. */
    public static boolean covers(X509Certificate certificate, String host) {
        String wanted = host.toLowerCase(Locale.ROOT);
        int dot = wanted.indexOf('.');
        String starred = dot < 0 ? wanted : "*" + wanted.substring(dot);
        return names(certificate).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals(wanted) || name.equals(starred));
    }

    /** Names of hosts in the certificate; none when they cannot be read. */
    public static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> found = certificate.getSubjectAlternativeNames();
            return found == null
                    ? List.of()
                    : found.stream()
                            .filter(name -> Objects.equals(name.getFirst(), KIND_DNS))
                            .map(name -> String.valueOf(name.get(1)))
                            .sorted()
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static Lifetime lifetime(X509Certificate certificate) {
        return new Lifetime(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Pem.encoded(certificate));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
