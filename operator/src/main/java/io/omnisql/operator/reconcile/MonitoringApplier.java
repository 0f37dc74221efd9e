package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.dependent.Blueprint;
import io.omnisql.operator.dependent.MonitoringObjects;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.plan.Monitoring;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the objects for the Prometheus operator, where the API server knows their kinds. They are looked at live: an informer of a kind that is not
 * there would fail for ever. Whatever goes wrong is told and stops nothing.
 */
public final class MonitoringApplier {
    private static final Duration KNOWN_FOR = Duration.ofSeconds(15);

    private final KubernetesClient client;
    private final Clock clock;
    private volatile @Nullable Kinds kinds;

    MonitoringApplier(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    private record Kinds(List<String> known, Instant at) {}

    /** Applies what is wanted and differs; deletes what is not wanted any more. */
    Monitoring apply(Blueprint blueprint, Context<OmniSqlCluster> context) {
        var cluster = blueprint.cluster();
        var asked = MonitoringObjects.kindsFor(cluster.getSpec().monitoring());
        try {
            var known = known();
            var wanted = MonitoringObjects.of(blueprint);
            for (String kind : known) {
                keep(
                        kind,
                        wanted.stream()
                                .filter(object -> object.getKind().equals(kind))
                                .findFirst(),
                        context);
            }
            var unknown = asked.stream().filter(kind -> !known.contains(kind)).toList();
            if (asked.isEmpty()) {
                return new Monitoring.NotWanted();
            }
            return unknown.isEmpty() ? new Monitoring.InPlace() : new Monitoring.Unknown(unknown);
        } catch (KubernetesClientException e) {
            return asked.isEmpty()
                    ? new Monitoring.NotWanted()
                    : new Monitoring.Refused(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private void keep(String kind, Optional<GenericKubernetesResource> wanted, Context<OmniSqlCluster> context) {
        var cluster = context.getPrimaryResource();
        var existing = existing(kind, Names.of(cluster));
        var found = existing.get();
        if (wanted.isEmpty()) {
            if (found != null && isOurs(found, cluster)) {
                existing.delete();
            }
            return;
        }
        if (found != null && matches(found, wanted.get(), context)) {
            return;
        }
        client.resource(wanted.get())
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(context.getControllerConfiguration().fieldManager())
                        .withForce(true)
                        .build());
    }

    private Resource<GenericKubernetesResource> existing(String kind, Names names) {
        return client.genericKubernetesResources(MonitoringObjects.API, kind)
                .inNamespace(names.namespace())
                .withName(names.monitoring());
    }

    private static boolean matches(
            GenericKubernetesResource found, GenericKubernetesResource wanted, Context<OmniSqlCluster> context) {
        return SSABasedGenericKubernetesResourceMatcher.<GenericKubernetesResource>getInstance()
                .matches(found, wanted, context);
    }

    private static boolean isOurs(GenericKubernetesResource found, OmniSqlCluster cluster) {
        return found.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(cluster.getMetadata().getUid()));
    }

    /** Asked anew now and then: the Prometheus operator may come and go. */
    private List<String> known() {
        var before = kinds;
        if (before != null && before.at().plus(KNOWN_FOR).isAfter(clock.instant())) {
            return before.known();
        }
        var list = client.getApiResources(MonitoringObjects.API);
        var found = list == null
                ? List.<String>of()
                : list.getResources().stream()
                        .map(APIResource::getKind)
                        .filter(MonitoringObjects.KINDS::contains)
                        .distinct()
                        .toList();
        kinds = new Kinds(found, clock.instant());
        return found;
    }
}
