package io.omnisql.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.plan.CertificateSource.Drawn;
import io.omnisql.operator.plan.CertificateSource.Given;
import io.omnisql.operator.plan.CertificateSource.Nowhere;
import io.omnisql.operator.plan.CertificateSource.Unusable;
import io.omnisql.operator.plan.CertificateStep.Begin;
import io.omnisql.operator.plan.CertificateStep.ChangeCertificate;
import io.omnisql.operator.plan.CertificateStep.Distrust;
import io.omnisql.operator.plan.CertificateStep.DrawAuthority;
import io.omnisql.operator.plan.CertificateStep.Keep;
import io.omnisql.operator.plan.CertificateStep.Lack;
import io.omnisql.operator.plan.CertificateStep.Trust;
import io.omnisql.operator.plan.CertificatesView.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatePlanTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> NAMES = List.of("db", "db.demo");
    private static final AuthorityView OLD = authority("old");
    private static final AuthorityView NEW = authority("new");
    private static final Unusable MISSING = new Unusable("SecretMissing", "the Secret mine does not exist");

    private static Instant day(double days) {
        return START.plus(Duration.ofSeconds((long) (days * 86_400)));
    }

    private static AuthorityView authority(String fingerprint) {
        return new AuthorityView(fingerprint, Lifetime.of(START, Duration.ofDays(900)));
    }

    private static CertificateView certificate(String fingerprint, AuthorityView authority) {
        return new CertificateView(
                fingerprint, authority.fingerprint(), Lifetime.of(START, Duration.ofDays(90)), NAMES);
    }

    /** A certificate of the old authority, shown since the start. */
    private static Held held(Instant trustedSince, AuthorityView... trusted) {
        return new Held(certificate("leaf", OLD), List.of(trusted), trustedSince, START);
    }

    private static CertificateStep next(CertificateSource source, Held held, Instant now) {
        return CertificatePlan.next(new CertificatesView(source, held, now));
    }

    @Test
    void beginsAtOnceWhereNobodyTrustsAnythingElse() {
        assertThat(CertificatePlan.next(new CertificatesView(new Drawn(null, NAMES), null, START)))
                .isInstanceOf(Begin.class);
        assertThat(CertificatePlan.next(
                        new CertificatesView(new Given(certificate("leaf", OLD), List.of(OLD)), null, START)))
                .isInstanceOf(Begin.class);
        assertThat(CertificatePlan.next(new CertificatesView(MISSING, null, START)))
                .isEqualTo(new Lack("SecretMissing", MISSING.why()));
        assertThat(CertificatePlan.next(new CertificatesView(new Nowhere(), null, START)))
                .isInstanceOf(Keep.class);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "59.9, false", "60, true", "89, true", "100, true"})
    void renewsTheCertificateWhenAThirdOfItsLifeIsLeft(double day, boolean renewed) {
        var step = next(new Drawn(OLD, NAMES), held(START, OLD), day(day));

        assertThat(step).isInstanceOf(renewed ? ChangeCertificate.class : Keep.class);
    }

    @Test
    void renewsTheCertificateWhenItHasOtherNames() {
        assertThat(next(new Drawn(OLD, List.of("db.demo", "db", "more")), held(START, OLD), day(1)))
                .isInstanceOf(ChangeCertificate.class);
        assertThat(next(new Drawn(OLD, List.of("db.demo", "db")), held(START, OLD), day(1)))
                .isInstanceOf(Keep.class);
    }

    @ParameterizedTest
    @CsvSource({"599, false", "600, true"})
    void drawsTheNextAuthorityWhenAThirdOfItsLifeIsLeft(double day, boolean drawn) {
        var current = new Held(
                new CertificateView("leaf", "old", Lifetime.of(day(day), Duration.ofDays(90)), NAMES),
                List.of(OLD),
                START,
                day(day));

        assertThat(next(new Drawn(OLD, NAMES), current, day(day)))
                .isInstanceOf(drawn ? DrawAuthority.class : Keep.class);
    }

    @Test
    void anAuthorityIsTrustedForADayBeforeItSigns() {
        var source = new Drawn(NEW, NAMES);

        assertThat(next(source, held(START, OLD), day(10))).isInstanceOf(Trust.class);
        assertThat(next(source, held(day(10), OLD, NEW), day(10.9))).isInstanceOf(Keep.class);
        assertThat(next(source, held(day(10), OLD, NEW), day(11))).isInstanceOf(ChangeCertificate.class);
    }

    @Test
    void anAuthorityThatIsNeededSoonSignsAsSoonAsAllNodesKnowIt() {
        var source = new Drawn(NEW, NAMES);
        var trusted = held(day(89.5), OLD, NEW);
        var minutes = Duration.ofMinutes(1);

        assertThat(next(source, trusted, day(89.5).plus(minutes.multipliedBy(9))))
                .isInstanceOf(Keep.class);
        assertThat(next(source, trusted, day(89.5).plus(minutes.multipliedBy(10))))
                .isInstanceOf(ChangeCertificate.class);
        assertThat(next(source, held(day(90), OLD, NEW), day(90))).isInstanceOf(ChangeCertificate.class);
    }

    @Test
    void theOldAuthorityIsTrustedForADayAfterTheLastCertificateOfItWasShown() {
        var held = new Held(certificate("leaf2", NEW), List.of(OLD, NEW), day(10), day(11));
        var source = new Drawn(NEW, NAMES);

        assertThat(next(source, held, day(11.9))).isInstanceOf(Keep.class);
        assertThat(next(source, held, day(12)))
                .isInstanceOfSatisfying(
                        Distrust.class, step -> assertThat(step.authorities()).containsExactly(OLD));
    }

    @Test
    void aGivenCertificateOfTheSameAuthorityIsShownAtOnceAndOneOfAnotherLater() {
        var renewed = new Given(certificate("leaf2", OLD), List.of(OLD));
        var moved = new Given(certificate("leaf2", NEW), List.of(NEW));

        assertThat(next(renewed, held(START, OLD), day(5))).isInstanceOf(ChangeCertificate.class);
        assertThat(next(moved, held(START, OLD), day(5))).isInstanceOf(Trust.class);
        assertThat(next(moved, held(day(5), OLD, NEW), day(5.5))).isInstanceOf(Keep.class);
        assertThat(next(moved, held(day(5), OLD, NEW), day(6))).isInstanceOf(ChangeCertificate.class);
    }

    @Test
    void aGivenSecretThatIsNoGoodAnyMoreChangesNothingAndIsTold() {
        var view = new CertificatesView(MISSING, held(START, OLD), day(5));
        var step = CertificatePlan.next(view);

        var verdict = CertificateVerdict.of(view, step);

        assertThat(step).isInstanceOf(Keep.class);
        assertThat(verdict.status()).isEqualTo(Condition.FALSE);
        assertThat(verdict.reason()).isEqualTo("SecretMissing");
        assertThat(verdict.message()).contains("nodes go on with the certificate that is good until");
        assertThat(verdict.lacking()).isFalse();
    }
}
