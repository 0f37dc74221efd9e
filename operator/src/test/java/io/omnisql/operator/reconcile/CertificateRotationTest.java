package io.omnisql.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.SampleCluster;
import io.omnisql.operator.certificate.CertificateReader;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.dependent.TlsMaterial;
import io.omnisql.operator.plan.AuthorityView;
import io.omnisql.operator.plan.CertificatePlan;
import io.omnisql.operator.plan.CertificateSource;
import io.omnisql.operator.plan.CertificateStep;
import io.omnisql.operator.plan.CertificatesView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** More than a year of a cluster's certificates, with real keys. */
class CertificateRotationTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Longer than it takes until the last node has read its files. */
    private static final Duration LAG = Duration.ofMinutes(9);

    private final OmniSqlCluster cluster = SampleCluster.ofYaml("""
            apiVersion: omnisql.io/v1alpha1
            kind: OmniSqlCluster
            metadata: {name: orders}
            spec: {storage: {size: 2Gi}, tls: {certificateDays: 30, authorityDays: 120}}
            """);
    private final CertificateWork work = new CertificateWork();
    private final List<Era> eras = new ArrayList<>();
    private @Nullable TlsMaterial material;

    /** What the Secret held from then on. */
    private record Era(Instant from, HeldCertificate held) {}

    private CertificateStep pass(Instant now) throws UnusableCertificate {
        var before = material;
        var keyed = before == null ? null : before.authority();
        var authority = keyed == null ? null : KeyedCertificate.of(keyed.certificate(), keyed.key());
        var held = before == null ? null : held(before);
        AuthorityView known = authority == null ? null : CertificateReader.view(authority.certificate());
        var view = new CertificatesView(
                new CertificateSource.Drawn(known, Names.of(cluster).certified()),
                held == null ? null : held.view(),
                now);
        var step = CertificatePlan.next(view);
        material = work.after(cluster, new CertificateSighting(view, step, held, authority, null, null));
        if (!(step instanceof CertificateStep.Keep)) {
            eras.add(new Era(now, held(Objects.requireNonNull(material))));
        }
        return step;
    }

    private static HeldCertificate held(TlsMaterial material) throws UnusableCertificate {
        return new HeldCertificate(
                KeyedCertificate.of(
                        material.certificate().certificate(),
                        material.certificate().key()),
                Pem.certificates(material.authorities()),
                material.trustedSince(),
                material.certificateSince());
    }

    @Test
    void twoNodesTrustEachOtherAtEveryMomentHoweverLateOneReadsItsFiles() throws UnusableCertificate {
        // when
        List<String> steps = new ArrayList<>();
        for (Instant now = START; now.isBefore(START.plus(Duration.ofDays(410))); now = now.plusSeconds(3 * 3600)) {
            var step = pass(now);
            if (!(step instanceof CertificateStep.Keep)) {
                steps.add(step.getClass().getSimpleName());
            }
            var shown = eras.getLast().held().view().certificate();
            assertThat(shown.lifetime().isOutside(now)).isFalse();
        }

        // then
        assertThat(steps).startsWith("Begin", "ChangeCertificate");
        assertThat(steps.stream().filter("DrawAuthority"::equals)).hasSize(5);
        assertThat(steps.stream().filter("Distrust"::equals)).hasSize(5);
        assertThat(steps.stream().filter("ChangeCertificate"::equals)).hasSizeGreaterThan(15);
        for (int newer = 1; newer < eras.size(); newer++) {
            int older = newer - 1;
            assertThat(Duration.between(eras.get(older).from(), eras.get(newer).from()))
                    .isGreaterThan(LAG);
            assertMeet(eras.get(older).held(), eras.get(newer).held());
            assertMeet(eras.get(newer).held(), eras.get(older).held());
        }
    }

    /** The one accepts what the other shows. */
    private static void assertMeet(HeldCertificate judge, HeldCertificate shown) {
        assertThat(CertificateReader.view(shown.certificate().chain(), judge.authorities())
                        .authority())
                .isNotEmpty();
    }

    @Test
    void aLookThatFindsNothingToDoMovesNothing() throws UnusableCertificate {
        pass(START);
        var first = material;

        assertThat(pass(START.plusSeconds(5))).isInstanceOf(CertificateStep.Keep.class);
        assertThat(material).isEqualTo(first);
    }

    @Test
    void aLostAuthorityIsReplacedWithoutACut() throws UnusableCertificate {
        // given
        pass(START);
        var first = Objects.requireNonNull(material);
        var lost = new TlsMaterial(
                null, first.certificate(), first.authorities(), first.trustedSince(), first.certificateSince());

        // when
        material = lost;
        var step = pass(START.plus(Duration.ofDays(2)));

        // then
        assertThat(step).isInstanceOf(CertificateStep.DrawAuthority.class);
        assertMeet(held(lost), eras.getLast().held());
        assertThat(eras.getLast().held().authorities()).hasSize(2);
    }

    @Test
    void theCertificateNamesAllHostsAndIsForBothSides() throws Exception {
        pass(START);

        var certificate = eras.getLast().held().certificate().certificate();

        assertThat(List.of(
                        "orders",
                        "orders.demo.svc",
                        "orders-ro.demo.svc",
                        "orders-8.orders-peers.demo.svc",
                        "localhost"))
                .allMatch(host -> CertificateReader.covers(certificate, host));
        assertThat(List.of("other.demo.svc", "a.b.orders-peers.demo.svc", "orders-peers.demo.svc"))
                .noneMatch(host -> CertificateReader.covers(certificate, host));
        assertThat(certificate.getExtendedKeyUsage()).hasSize(2);
    }

    @Test
    void keysAreNeverPrinted() throws UnusableCertificate {
        pass(START);

        assertThat(String.valueOf(material)).doesNotContain("PRIVATE KEY");
        assertThat(eras.toString()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void aSecretThatSomebodyBrokeIsAsNone() {
        assertThat(HeldCertificate.read(null)).isEmpty();
        assertThat(HeldCertificate.read(new Secret())).isEmpty();
    }
}
