package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.plan.CertificateStep;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Tells people what was done and what went wrong, where {@code kubectl describe} shows it. */
public final class ClusterEvents {
    private static final Logger LOG = Logger.getLogger(ClusterEvents.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int NOTE_LENGTH_MAX = 1000;

    private final KubernetesClient client;
    private final Clock clock;

    ClusterEvents(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void normal(OmniSqlCluster cluster, String reason, String note) {
        publish(cluster, "Normal", reason, note);
    }

    void warning(OmniSqlCluster cluster, String reason, String note) {
        publish(cluster, "Warning", reason, note);
    }

    private void publish(OmniSqlCluster cluster, String type, String reason, String note) {
        var metadata = cluster.getMetadata();
        var event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(metadata.getName() + "-")
                .withNamespace(metadata.getNamespace())
                .endMetadata()
                .withType(type)
                .withReason(reason)
                .withAction(reason)
                .withNote(note.length() <= NOTE_LENGTH_MAX ? note : note.substring(0, NOTE_LENGTH_MAX))
                .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                .withReportingController(Names.OPERATOR)
                .withReportingInstance(Objects.requireNonNullElse(System.getenv("HOSTNAME"), Names.OPERATOR))
                .withRegarding(new ObjectReferenceBuilder()
                        .withApiVersion(cluster.getApiVersion())
                        .withKind(cluster.getKind())
                        .withName(metadata.getName())
                        .withNamespace(metadata.getNamespace())
                        .withUid(metadata.getUid())
                        .build())
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.warnf("Event not published: cluster=%s reason=%s cause=%s", metadata.getName(), reason, e.getMessage());
        }
    }

    /** Tells what was done about certificates. */
    void certificates(OmniSqlCluster cluster, CertificateStep step) {
        switch (step) {
            case CertificateStep.Keep keep -> {}
            case CertificateStep.Lack lack -> {} // The condition tells, once.
            case CertificateStep.Begin begin -> normal(cluster, "CertificateIssued", step.why());
            case CertificateStep.DrawAuthority draw -> normal(cluster, "AuthorityRenewed", step.why());
            case CertificateStep.Trust trust -> normal(cluster, "AuthorityTrusted", step.why());
            case CertificateStep.ChangeCertificate change -> normal(cluster, "CertificateRenewed", step.why());
            case CertificateStep.Distrust distrust -> normal(cluster, "AuthorityDistrusted", step.why());
        }
    }

    /** Tells the changes of the conditions that somebody may have to act on. */
    void transitions(OmniSqlCluster cluster, StatusChange change) {
        Optional.ofNullable(change.becameTrue("Initialized"))
                .ifPresent(condition -> normal(cluster, "Initialized", condition.message()));
        Optional.ofNullable(change.becameFalse("Available"))
                .ifPresent(condition -> warning(cluster, "QuorumLost", condition.message()));
        Optional.ofNullable(change.becameTrue("Available"))
                .ifPresent(condition -> normal(cluster, "QuorumRestored", condition.message()));
        Optional.ofNullable(change.becameTrue("Degraded"))
                .ifPresent(condition -> warning(cluster, condition.reason(), condition.message()));
        Optional.ofNullable(change.isNewlyFalse(Condition.CERTIFICATES_VALID))
                .ifPresent(condition -> warning(cluster, "Certificate" + condition.reason(), condition.message()));
        Optional.ofNullable(change.isNewlyFalse("Monitored"))
                .ifPresent(condition -> warning(cluster, condition.reason(), condition.message()));
        Optional.ofNullable(change.becameTrue(Condition.NEW_CLUSTER_FORCED))
                .ifPresent(condition -> normal(cluster, "NewClusterForced", condition.message()));
        Optional.ofNullable(change.isFalseForAnotherReason(Condition.NEW_CLUSTER_FORCED))
                .ifPresent(condition -> warning(cluster, "NewCluster" + condition.reason(), condition.message()));
        Optional.ofNullable(change.becameTrue("Ready"))
                .ifPresent(condition -> normal(cluster, "Ready", condition.message()));
    }
}
