package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.dependent.Blueprint.ReleaseImages;
import java.time.Clock;

/** Who does what for the reconciler. */
public record ReconcilerParts(
        ClusterObserver observer,
        CertificateWork certificates,
        ObjectApplier objects,
        MonitoringApplier monitoring,
        ActionExecutor actions,
        ReaderVolumes readerVolumes,
        ClusterEvents events,
        Farewell farewell,
        ReleaseImages images,
        Clock clock) {
    /** Puts them together. */
    public static ReconcilerParts of(
            KubernetesClient client, NodeAdminClient admin, ReleaseImages images, Clock clock) {
        return new ReconcilerParts(
                new ClusterObserver(client, admin, clock),
                new CertificateWork(),
                new ObjectApplier(client),
                new MonitoringApplier(client, clock),
                new ActionExecutor(client, admin, clock),
                new ReaderVolumes(client),
                new ClusterEvents(client, clock),
                new Farewell(client),
                images,
                clock);
    }
}
