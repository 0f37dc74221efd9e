package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.api.OmniSqlClusterStatus.Connection;
import io.omnisql.operator.dependent.Blueprint;
import io.omnisql.operator.dependent.ClusterObjects;
import io.omnisql.operator.dependent.ConnectionSecret;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.dependent.Ports;
import io.omnisql.operator.plan.Action;
import io.omnisql.operator.plan.FailureStatus;
import io.omnisql.operator.plan.Monitoring;
import io.omnisql.operator.plan.MonitoringStatus;
import io.omnisql.operator.plan.NextStep;
import io.omnisql.operator.plan.Occasion;
import io.omnisql.operator.plan.ReadersPlan;
import io.omnisql.operator.plan.ReadersStatus;
import io.omnisql.operator.plan.StatusPlan;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks, decides one step, states the objects, does the step, reports; then looks again. */
@ControllerConfiguration(
        name = Names.OPERATOR,
        fieldManager = Names.OPERATOR,
        finalizerName = OmniSqlCluster.GROUP + "/farewell",
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 30, timeUnit = TimeUnit.SECONDS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 2000, intervalMultiplier = 1.5, maxInterval = 30_000)
public class OmniSqlClusterReconciler implements Reconciler<OmniSqlCluster>, Cleaner<OmniSqlCluster> {
    private static final Logger LOG = Logger.getLogger(OmniSqlClusterReconciler.class);

    /** How soon to look again while something is under way, and when all is well: nodes tell nobody when they elect a leader. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final Duration LATER = Duration.ofSeconds(10);

    private final ReconcilerParts parts;

    /** Works with those parts. */
    public OmniSqlClusterReconciler(ReconcilerParts parts) {
        this.parts = parts;
    }

    @Override
    public UpdateControl<OmniSqlCluster> reconcile(OmniSqlCluster cluster, Context<OmniSqlCluster> context)
            throws NodeRefusal {
        var sighting = parts.observer().look(cluster, parts.actions().handOverRefusedAt(cluster));
        var step = NextStep.of(sighting.view());
        var action = step;
        Monitoring monitoring = new Monitoring.NotWanted();
        if (cluster.getSpec().paused()) {
            renewCertificates(cluster, sighting, step, context);
        } else {
            var blueprint = blueprint(cluster, sighting, step);
            boolean changed = parts.objects()
                    .apply(ClusterObjects.of(blueprint), object -> stays(object, sighting, step), context);
            parts.events().certificates(cluster, sighting.certificates().step());
            monitoring = parts.monitoring().apply(blueprint, context);
            parts.actions().execute(cluster, sighting, step);
            tell(cluster, sighting, step);
            parts.readerVolumes().follow(cluster, sighting);
            if (changed && step instanceof Action.Idle) { // All was well before the objects changed.
                action = new Action.Await(Action.Subject.PODS, "objects were changed");
            }
        }
        var occasion = occasion(cluster);
        var status = StatusPlan.of(sighting.view(), action, occasion);
        var withReaders = ReadersStatus.in(status, sighting.view(), sighting.readers(), occasion);
        return report(cluster, MonitoringStatus.in(withReaders, monitoring, occasion))
                .rescheduleAfter(action instanceof Action.Idle ? LATER : SOON);
    }

    /** Certificates end whether changes are welcome or not, and no pod restarts for another one. */
    private void renewCertificates(
            OmniSqlCluster cluster, Sighting sighting, Action action, Context<OmniSqlCluster> context) {
        var step = sighting.certificates().step();
        if (step.renews()) {
            parts.objects().apply(ClusterObjects.certificates(blueprint(cluster, sighting, action)), context);
            parts.events().certificates(cluster, step);
        }
    }

    private Blueprint blueprint(OmniSqlCluster cluster, Sighting sighting, Action action) {
        boolean initialized =
                sighting.view().initialized() || sighting.view().voters().isPresent();
        int replicas = cluster.getSpec().replicas();
        return new Blueprint(
                cluster,
                parts.images(),
                pods(sighting, action).orElse(0),
                claimSize(cluster, sighting.podSet()),
                initialized ? sighting.founders().orElse(replicas) : replicas,
                initialized,
                sighting.credentials(),
                readers(cluster, sighting),
                parts.certificates().after(cluster, sighting.certificates()));
    }

    private static String claimSize(OmniSqlCluster cluster, @Nullable StatefulSet podSet) {
        return Sighting.claimSize(podSet).orElse(cluster.getSpec().storage().size());
    }

    private static Blueprint.@Nullable Readers readers(OmniSqlCluster cluster, Sighting sighting) {
        return ReadersPlan.pods(sighting.view(), sighting.readers())
                .map(pods -> new Blueprint.Readers(
                        pods,
                        claimSize(cluster, sighting.readerSet()),
                        sighting.readers().ready() > 0))
                .orElse(null);
    }

    /** How many pods the StatefulSet keeps; empty as long as there shall be none. */
    private static Optional<Integer> pods(Sighting sighting, Action action) {
        return action instanceof Action.KeepPods keep
                ? Optional.of(keep.count())
                : Optional.ofNullable(sighting.podSet())
                        .map(set -> set.getSpec().getReplicas());
    }

    /** Without certificates pods could not start: neither their template nor their settings are changed then. */
    private static boolean stays(HasMetadata object, Sighting sighting, Action action) {
        boolean mayRun = !sighting.view().certificates().lacking();
        boolean withPods = mayRun && pods(sighting, action).isPresent();
        return (!withPods && object instanceof StatefulSet) || (!mayRun && object instanceof ConfigMap);
    }

    private void tell(OmniSqlCluster cluster, Sighting sighting, Action action) {
        boolean repeated = action instanceof Action.KeepPods keep
                && sighting.podSet() != null
                && Objects.equals(sighting.podSet().getSpec().getReplicas(), keep.count());
        if (action instanceof Action.Idle || action instanceof Action.Await || repeated) {
            return;
        }
        LOG.infof(
                "Step done: namespace=%s cluster=%s step=%s why=%s",
                cluster.getMetadata().getNamespace(),
                cluster.getMetadata().getName(),
                action.getClass().getSimpleName(),
                action.why());
        parts.events().normal(cluster, action.getClass().getSimpleName(), action.why());
    }

    /** The status is written only when it differs, and as a whole: what is not in it is not ours any more. */
    private UpdateControl<OmniSqlCluster> report(OmniSqlCluster cluster, OmniSqlClusterStatus status) {
        var before = status(cluster);
        if (status.equals(before)) {
            return UpdateControl.noUpdate();
        }
        parts.events().transitions(cluster, new StatusChange(before, status));
        return UpdateControl.patchStatus(fresh(cluster, status));
    }

    private static OmniSqlCluster fresh(OmniSqlCluster cluster, OmniSqlClusterStatus status) {
        var fresh = new OmniSqlCluster();
        fresh.setMetadata(new ObjectMetaBuilder()
                .withName(cluster.getMetadata().getName())
                .withNamespace(cluster.getMetadata().getNamespace())
                .build());
        fresh.setStatus(status);
        return fresh;
    }

    private Occasion occasion(OmniSqlCluster cluster) {
        var names = Names.of(cluster);
        return new Occasion(
                Objects.requireNonNullElse(cluster.getMetadata().getGeneration(), 0L),
                names.selectorText(),
                new Connection(names.host(names.cluster()), Ports.SQL, ConnectionSecret.DATABASE, names.connection()),
                status(cluster),
                parts.clock().instant());
    }

    private static OmniSqlClusterStatus status(OmniSqlCluster cluster) {
        return Objects.requireNonNullElseGet(cluster.getStatus(), OmniSqlClusterStatus::empty);
    }

    @Override
    public ErrorStatusUpdateControl<OmniSqlCluster> updateErrorStatus(
            OmniSqlCluster cluster, Context<OmniSqlCluster> context, Exception failure) {
        String reason = failure instanceof NodeRefusal ? "NodeRefused" : "Failed";
        String message = Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
        var status = spent(FailureStatus.of(occasion(cluster), reason, message), failure, message);
        if (status.equals(status(cluster))) {
            return ErrorStatusUpdateControl.noStatusUpdate();
        }
        parts.events().warning(cluster, reason, message);
        return ErrorStatusUpdateControl.patchStatus(fresh(cluster, status));
    }

    private static OmniSqlClusterStatus spent(OmniSqlClusterStatus status, Exception failure, String message) {
        var recovery = status.recovery();
        return failure instanceof RecoveryRefusal && recovery != null
                ? status.withRecovery(recovery.refused(message))
                : status;
    }

    @Override
    public DeleteControl cleanup(OmniSqlCluster cluster, Context<OmniSqlCluster> context) {
        if (!parts.farewell().isOver(cluster)) {
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(SOON.toMillis());
        }
        parts.actions().forget(cluster);
        return DeleteControl.defaultDelete();
    }

    @Override
    public List<EventSource<?, OmniSqlCluster>> prepareEventSources(EventSourceContext<OmniSqlCluster> context) {
        return Stream.concat(ObjectApplier.KINDS.stream(), Stream.of(Pod.class, PersistentVolumeClaim.class))
                .<EventSource<?, OmniSqlCluster>>map(kind -> informer(kind, context))
                .toList();
    }

    private static <T extends HasMetadata> InformerEventSource<T, OmniSqlCluster> informer(
            Class<T> kind, EventSourceContext<OmniSqlCluster> context) {
        var settings = InformerEventSourceConfiguration.from(kind, OmniSqlCluster.class)
                .withName(kind.getSimpleName())
                .withLabelSelector(Names.MANAGED_BY + "=" + Names.OPERATOR)
                .withSecondaryToPrimaryMapper(object -> Set.of(new ResourceID(
                        object.getMetadata().getLabels().get(Names.INSTANCE),
                        object.getMetadata().getNamespace())))
                .withNamespacesInheritedFromController()
                .build();
        return new InformerEventSource<>(settings, context);
    }
}
