package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import io.omnisql.operator.api.OmniSqlCluster;
import java.util.List;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** Brings stated objects to the API server by server-side apply: only those that differ, and only the fields that are ours. */
public final class ObjectApplier {
    /** Kinds of the objects of a cluster. */
    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ServiceAccount.class,
            Secret.class,
            ConfigMap.class,
            Service.class,
            PodDisruptionBudget.class,
            NetworkPolicy.class,
            StatefulSet.class);

    private static final Logger LOG = Logger.getLogger(ObjectApplier.class);

    private final KubernetesClient client;

    ObjectApplier(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Applies what is wanted, and deletes what of the same kinds was wanted before; true when an object had to be applied.
     *
     * @param asTheyAre objects that are neither made nor changed now
     */
    boolean apply(List<HasMetadata> wanted, Predicate<HasMetadata> asTheyAre, Context<OmniSqlCluster> context) {
        boolean changed = apply(wanted.stream().filter(asTheyAre.negate()).toList(), context);
        KINDS.forEach(kind -> context.getSecondaryResourcesAsStream(kind)
                .filter(existing -> isOurs(existing, context.getPrimaryResource()))
                .filter(existing -> wanted.stream().noneMatch(object -> isSame(object, existing)))
                .forEach(this::remove));
        return changed;
    }

    /** Applies what is wanted, and deletes nothing; true when an object had to be applied. */
    boolean apply(List<HasMetadata> wanted, Context<OmniSqlCluster> context) {
        boolean changed = false;
        for (HasMetadata object : wanted) {
            changed |= applyOne(object, context);
        }
        return changed;
    }

    private <T extends HasMetadata> boolean applyOne(T object, Context<OmniSqlCluster> context) {
        @SuppressWarnings("unchecked") // The class of a T is a Class<T>, whatever it extends.
        var kind = (Class<T>) object.getClass();
        var existing = context.getSecondaryResourcesAsStream(kind)
                .filter(found -> isSame(object, found))
                .findFirst();
        if (existing.isPresent() && matches(existing.get(), object, context)) {
            return false;
        }
        String manager = context.getControllerConfiguration().fieldManager();
        client.resource(object)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(manager)
                        .withForce(true)
                        .build());
        LOG.debugf(
                "Object applied: kind=%s namespace=%s name=%s",
                object.getKind(),
                object.getMetadata().getNamespace(),
                object.getMetadata().getName());
        return true;
    }

    private static <T extends HasMetadata> boolean matches(T existing, T object, Context<OmniSqlCluster> context) {
        return SSABasedGenericKubernetesResourceMatcher.<T>getInstance().matches(existing, object, context);
    }

    private static boolean isOurs(HasMetadata existing, OmniSqlCluster cluster) {
        return existing.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(cluster.getMetadata().getUid()));
    }

    private static boolean isSame(HasMetadata one, HasMetadata other) {
        return one.getClass() == other.getClass()
                && one.getMetadata().getName().equals(other.getMetadata().getName());
    }

    /** Pods never go because an object was not stated. */
    private static boolean isEmpty(StatefulSet podSet) {
        return Integer.valueOf(0).equals(podSet.getSpec().getReplicas())
                && podSet.getStatus() != null
                && Integer.valueOf(0).equals(podSet.getStatus().getReplicas());
    }

    private void remove(HasMetadata object) {
        if (!(object instanceof StatefulSet podSet) || isEmpty(podSet)) {
            client.resource(object).delete();
        }
    }
}
