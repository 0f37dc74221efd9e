package io.omnisql.operator.reconcile;

import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.plan.CertificateStep;
import io.omnisql.operator.plan.CertificateVerdict;
import io.omnisql.operator.plan.CertificatesView;
import org.jspecify.annotations.Nullable;

/**
 * One look at a cluster's certificates: the values that the step was decided from, and what they were read from.
 *
 * @param authority the operator's own; null when there is none (yet)
 * @param given somebody else's; null when there is none, or it is no good
 * @param clients what is wrong with the authorities of clients' certificates; null when nothing is
 */
record CertificateSighting(
        CertificatesView view,
        CertificateStep step,
        @Nullable HeldCertificate held,
        @Nullable KeyedCertificate authority,
        @Nullable GivenCertificate given,
        @Nullable CertificateVerdict clients) {
    CertificateSighting with(@Nullable CertificateVerdict objection) {
        return new CertificateSighting(view, step, held, authority, given, objection);
    }

    CertificateVerdict verdict() {
        return clients == null ? CertificateVerdict.of(view, step) : clients;
    }
}
