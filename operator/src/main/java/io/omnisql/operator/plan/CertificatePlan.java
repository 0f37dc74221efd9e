package io.omnisql.operator.plan;

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

/**
 * Renews certificates without anybody noticing: an authority is trusted everywhere before a certificate of it is shown anywhere, and is
 * trusted until no certificate of it is shown any more.
 */
public final class CertificatePlan {
    /** In this time every node has read its files again, with much to spare: kubelets bring a Secret within two minutes. */
    static final Duration SPREAD = Duration.ofMinutes(10);

    /** How long old and new authorities are trusted side by side, so that clients can follow, too. */
    static final Duration OVERLAP = Duration.ofDays(1);

    private CertificatePlan() {}

    /** What to do next. */
    public static CertificateStep next(CertificatesView view) {
        var held = view.held();
        if (held == null) {
            return switch (view.source()) {
                case Nowhere nowhere -> new Keep("nodes talk in the clear, as the spec wants it");
                case Unusable unusable -> new Lack(unusable.reason(), unusable.why());
                case Drawn drawn -> new Begin("the cluster's first certificate");
                case Given given -> new Begin("the certificate that the Secret holds");
            };
        }
        return switch (view.source()) {
            case Nowhere nowhere -> new Keep("nodes talk in the clear, as the spec wants it");
            case Unusable unusable -> new Keep(unusable.why());
            case Drawn drawn -> drawn(drawn, held, view.now());
            case Given given -> given(given, held, view.now());
        };
    }

    private static CertificateStep drawn(Drawn source, Held held, Instant now) {
        var authority = source.authority();
        if (authority == null) {
            return new DrawAuthority("the cluster has no authority of its own");
        }
        if (authority.lifetime().isDue(now)) {
            return new DrawAuthority(
                    "the authority is good until " + authority.lifetime().until());
        }
        if (!held.trusts(authority)) {
            return new Trust("the newest authority is not trusted yet");
        }
        var shown = held.certificate();
        if (!shown.authority().equals(authority.fingerprint())) {
            return mayShowAnother(held, now)
                    ? new ChangeCertificate("the newest authority signs from now on")
                    : new Keep("the newest authority becomes known before it signs");
        }
        if (shown.lifetime().isDue(now)) {
            return new ChangeCertificate(
                    "the certificate is good until " + shown.lifetime().until());
        }
        if (!shown.names().equals(source.names())) {
            return new ChangeCertificate("the certificate has other names than the cluster");
        }
        return distrust(List.of(authority), held, now);
    }

    private static CertificateStep given(Given source, Held held, Instant now) {
        if (!source.authorities().stream().allMatch(held::trusts)) {
            return new Trust("the Secret has an authority that is not trusted yet");
        }
        var shown = held.certificate();
        var given = source.certificate();
        if (!shown.fingerprint().equals(given.fingerprint())) {
            return shown.authority().equals(given.authority()) || mayShowAnother(held, now)
                    ? new ChangeCertificate("the Secret has another certificate")
                    : new Keep("the authority of the Secret's new certificate becomes known before it is shown");
        }
        return distrust(source.authorities(), held, now);
    }

    /** Whether a certificate of an authority that was added lately may be shown: everybody knows it, or the old one is of no use any more. */
    private static boolean mayShowAnother(Held held, Instant now) {
        var lifetime = held.certificate().lifetime();
        boolean isUseless =
                lifetime.isOver(now) || held.certificate().authority().isEmpty();
        boolean isPressing = lifetime.until().isBefore(now.plus(OVERLAP));
        return isUseless || isPast(held.trustedSince(), isPressing ? SPREAD : OVERLAP, now);
    }

    private static CertificateStep distrust(List<AuthorityView> needed, Held held, Instant now) {
        var surplus = held.trusted().stream()
                .filter(known -> !needed.contains(known))
                .filter(known -> !known.fingerprint().equals(held.certificate().authority()))
                .toList();
        boolean isSettled = isPast(held.certificateSince(), OVERLAP, now) && isPast(held.trustedSince(), OVERLAP, now);
        return surplus.isEmpty() || !isSettled
                ? new Keep("the certificate is good")
                : new Distrust(surplus, "no certificate of the older authority is shown any more");
    }

    private static boolean isPast(Instant since, Duration length, Instant now) {
        return !since.plus(length).isAfter(now);
    }
}
