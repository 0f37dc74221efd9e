package io.omnisql.operator.plan;

import io.omnisql.operator.api.Condition;
import io.omnisql.operator.plan.CertificateSource.Nowhere;
import io.omnisql.operator.plan.CertificateSource.Unusable;
import io.omnisql.operator.plan.CertificateStep.Lack;

/**
 * How a cluster's certificates are, for people.
 *
 * @param status of the condition
 * @param reason one word for programs
 * @param lacking without a certificate no node can start
 */
public record CertificateVerdict(String status, String reason, String message, boolean lacking) {
    /** Where nobody wants certificates. */
    public static final CertificateVerdict INSECURE =
            new CertificateVerdict(Condition.FALSE, "Insecure", "nodes talk in the clear, as the spec wants it", false);

    /** What is to be said of a look and of the step that was decided on. */
    public static CertificateVerdict of(CertificatesView view, CertificateStep step) {
        if (view.source() instanceof Nowhere) {
            return INSECURE;
        }
        if (step instanceof Lack lack) {
            return new CertificateVerdict(Condition.FALSE, lack.reason(), lack.why(), true);
        }
        var held = view.held();
        if (held == null) {
            return new CertificateVerdict(Condition.UNKNOWN, "Beginning", step.why(), false);
        }
        var until = held.certificate().lifetime().until();
        if (view.source() instanceof Unusable unusable) {
            String kept = "%s; nodes go on with the certificate that is good until %s".formatted(unusable.why(), until);
            return new CertificateVerdict(Condition.FALSE, unusable.reason(), kept, false);
        }
        if (held.certificate().lifetime().isOver(view.now())) {
            return new CertificateVerdict(
                    Condition.FALSE, "Expired", "the nodes' certificate was good until " + until, false);
        }
        return new CertificateVerdict(Condition.TRUE, "Valid", "the nodes' certificate is good until " + until, false);
    }
}
