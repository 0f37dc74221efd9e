package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.plan.Action;
import io.omnisql.operator.plan.PodView;
import io.omnisql.operator.reconcile.NodeAdminClient.Access;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Does the one step. What it deletes, it has looked at a moment before, and the API server refuses if it is not that any more. */
public final class ActionExecutor {
    private final KubernetesClient client;
    private final NodeAdminClient admin;
    private final Clock clock;
    private final Map<String, Instant> refusedHandOvers = new ConcurrentHashMap<>();

    ActionExecutor(KubernetesClient client, NodeAdminClient admin, Clock clock) {
        this.client = client;
        this.admin = admin;
        this.clock = clock;
    }

    /** When a leader of that cluster could not hand over the last time. */
    @Nullable
    Instant handOverRefusedAt(OmniSqlCluster cluster) {
        return refusedHandOvers.get(cluster.getMetadata().getUid());
    }

    /** Forgets a cluster that is gone. */
    void forget(OmniSqlCluster cluster) {
        refusedHandOvers.remove(cluster.getMetadata().getUid());
    }

    void execute(OmniSqlCluster cluster, Sighting sighting, Action action) throws NodeRefusal {
        var names = Names.of(cluster);
        switch (action) {
            case Action.Idle idle -> {}
            case Action.Await await -> {}
            case Action.KeepPods keep -> {} // Is a field of the StatefulSet, which was applied.
            case Action.DeletePod delete -> deletePod(names, delete);
            case Action.DeleteClaim delete ->
                deleteSeen(
                        client.persistentVolumeClaims()
                                .inNamespace(names.namespace())
                                .withName(delete.claim().name()),
                        delete.claim().uid());
            case Action.GrowClaim grow -> grow(cluster, grow);
            case Action.RenewPodSet renew -> orphanPods(sighting);
            case Action.Join join ->
                admin.join(access(sighting, join.pod()), join.clusterUid(), join.memberId(), join.members());
            case Action.Retire retire -> admin.retire(access(sighting, retire.pod()));
            case Action.HandOver handOver -> handOver(cluster, sighting, handOver);
            case Action.ChooseSurvivor choice -> {} // Is a field of the status.
            case Action.Recover recover -> recover(sighting, recover);
            case Action.Reconfigure change ->
                admin.reconfigure(access(sighting, change.via()), change.expectedConfigurationId(), change.members());
        }
    }

    private static Access access(Sighting sighting, PodView pod) throws NodeRefusal {
        return sighting.access(pod).orElseThrow(() -> new NodeRefusal(pod.name() + " has no address"));
    }

    private void deletePod(Names names, Action.DeletePod delete) {
        var pod = client.pods()
                .inNamespace(names.namespace())
                .withName(delete.pod().name());
        if (delete.byForce()) {
            var live = pod.get();
            if (live != null && live.getMetadata().getUid().equals(delete.pod().uid())) {
                pod.withGracePeriod(0).delete();
            }
            return;
        }
        deleteSeen(pod, delete.pod().uid());
    }

    private <T extends HasMetadata> void deleteSeen(Resource<T> resource, String uid) {
        var live = resource.get();
        if (live == null
                || !live.getMetadata().getUid().equals(uid)
                || live.getMetadata().getDeletionTimestamp() != null) {
            return; // It is gone, going, or another one of the same name.
        }
        client.resource(live)
                .lockResourceVersion(live.getMetadata().getResourceVersion())
                .delete();
    }

    /** The size is written as the spec has it: people read it there, too. */
    private void grow(OmniSqlCluster cluster, Action.GrowClaim grow) {
        var size = new Quantity(cluster.getSpec().storage().size());
        client.persistentVolumeClaims()
                .inNamespace(cluster.getMetadata().getNamespace())
                .withName(grow.claim().name())
                .edit(claim -> new PersistentVolumeClaimBuilder(claim)
                        .editSpec()
                        .editResources()
                        .addToRequests("storage", size)
                        .endResources()
                        .endSpec()
                        .build());
    }

    private void orphanPods(Sighting sighting) {
        if (sighting.podSet() != null) {
            client.resource(sighting.podSet())
                    .withPropagationPolicy(DeletionPropagation.ORPHAN)
                    .delete();
        }
    }

    /** A node's no is the end of the order: given again and again, it would be obeyed at the first moment that a quorum is away. */
    private void recover(Sighting sighting, Action.Recover recover) throws NodeRefusal {
        try {
            admin.recoverFromQuorumLoss(access(sighting, recover.pod()), recover.clusterUid());
        } catch (NodeRefusal refusal) {
            throw refusal.isConflict() ? new RecoveryRefusal(refusal) : refusal;
        }
    }

    /** A leader that cannot hand over is no reason to stop: the next step goes on without, at the price of an election. */
    private void handOver(OmniSqlCluster cluster, Sighting sighting, Action.HandOver handOver) throws NodeRefusal {
        try {
            admin.handOver(access(sighting, handOver.via()), handOver.memberId());
        } catch (NodeRefusal refusal) {
            refusedHandOvers.put(cluster.getMetadata().getUid(), clock.instant());
            throw refusal;
        }
    }
}
