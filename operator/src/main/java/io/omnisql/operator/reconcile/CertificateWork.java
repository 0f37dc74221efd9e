package io.omnisql.operator.reconcile;

import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.certificate.CertificateDrawer;
import io.omnisql.operator.certificate.CertificateReader;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.dependent.TlsMaterial;
import io.omnisql.operator.plan.CertificateStep;
import io.omnisql.operator.plan.Lifetime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Does a step about certificates: what the Secrets shall hold after it. Writing them is somebody else's work. */
public final class CertificateWork {
    /** Clocks of clients may be behind. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private final CertificateDrawer drawer = new CertificateDrawer();

    /** What there shall be; null when nodes talk in the clear, or nothing is to be had. */
    @Nullable
    TlsMaterial after(OmniSqlCluster cluster, CertificateSighting sighting) {
        Instant now = sighting.view().now().truncatedTo(ChronoUnit.SECONDS);
        var held = sighting.held();
        return switch (sighting.step()) {
            case CertificateStep.Lack lack -> null;
            case CertificateStep.Keep keep -> held == null ? null : material(sighting.authority(), held);
            case CertificateStep.Begin begin -> begin(cluster, sighting, now);
            case CertificateStep.DrawAuthority draw -> {
                var authority = authority(cluster, now);
                yield material(authority, trusting(there(held), List.of(authority.certificate()), now));
            }
            case CertificateStep.Trust trust ->
                material(sighting.authority(), trusting(there(held), offered(sighting), now));
            case CertificateStep.ChangeCertificate change -> {
                var next = next(cluster, sighting, now);
                var kept = there(held);
                yield material(
                        sighting.authority(), new HeldCertificate(next, kept.authorities(), kept.trustedSince(), now));
            }
            case CertificateStep.Distrust distrust ->
                material(sighting.authority(), distrusting(there(held), distrust));
        };
    }

    private TlsMaterial begin(OmniSqlCluster cluster, CertificateSighting sighting, Instant now) {
        var given = sighting.given();
        if (given != null) {
            return material(null, new HeldCertificate(given.certificate(), given.authorities(), now, now));
        }
        var known = sighting.authority();
        boolean isGood = known != null
                && !CertificateReader.view(known.certificate()).lifetime().isDue(now);
        var authority = known != null && isGood ? known : authority(cluster, now);
        var certificate = certificate(cluster, authority, now);
        return material(authority, new HeldCertificate(certificate, List.of(authority.certificate()), now, now));
    }

    private KeyedCertificate next(OmniSqlCluster cluster, CertificateSighting sighting, Instant now) {
        var given = sighting.given();
        return given != null
                ? given.certificate()
                : certificate(cluster, Objects.requireNonNull(sighting.authority()), now);
    }

    private KeyedCertificate authority(OmniSqlCluster cluster, Instant now) {
        return drawer.authority(
                Names.of(cluster).cluster(),
                lifetime(now, cluster.getSpec().tls().authorityDays()));
    }

    private KeyedCertificate certificate(OmniSqlCluster cluster, KeyedCertificate authority, Instant now) {
        var names = Names.of(cluster);
        return drawer.certificate(
                authority,
                names.cluster(),
                names.certified(),
                lifetime(now, cluster.getSpec().tls().certificateDays()));
    }

    private static Lifetime lifetime(Instant now, int days) {
        return new Lifetime(now.minus(BACKDATED), now.plus(Duration.ofDays(days)));
    }

    private static HeldCertificate there(@Nullable HeldCertificate held) {
        return Objects.requireNonNull(held, "this step is decided for a certificate that is there");
    }

    private static List<X509Certificate> offered(CertificateSighting sighting) {
        var given = sighting.given();
        var authority = sighting.authority();
        return given != null ? given.authorities() : authority == null ? List.of() : List.of(authority.certificate());
    }

    private static HeldCertificate trusting(HeldCertificate held, List<X509Certificate> more, Instant now) {
        var all = Stream.concat(held.authorities().stream(), more.stream())
                .distinct()
                .toList();
        return new HeldCertificate(held.certificate(), all, now, held.certificateSince());
    }

    private static HeldCertificate distrusting(HeldCertificate held, CertificateStep.Distrust distrust) {
        var kept = held.authorities().stream()
                .filter(authority -> !distrust.authorities().contains(CertificateReader.view(authority)))
                .toList();
        return new HeldCertificate(held.certificate(), kept, held.trustedSince(), held.certificateSince());
    }

    private static TlsMaterial material(@Nullable KeyedCertificate authority, HeldCertificate held) {
        return new TlsMaterial(
                authority == null ? null : text(authority),
                text(held.certificate()),
                Pem.text(held.authorities()),
                held.trustedSince(),
                held.certificateSince());
    }

    private static TlsMaterial.Keyed text(KeyedCertificate keyed) {
        return new TlsMaterial.Keyed(Pem.text(keyed.chain()), Pem.text(keyed.key()));
    }
}
