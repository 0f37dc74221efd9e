package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.StorageSpec.Retention.Policy;
import io.omnisql.operator.dependent.Names;
import java.util.List;

/** The end of a cluster. Its objects go by their owner; volumes, and the passwords and the authority that belong to them, go only if the spec says so. */
public final class Farewell {
    private final KubernetesClient client;

    Farewell(KubernetesClient client) {
        this.client = client;
    }

    /** Does the next part of it; true when nothing is left to do. */
    boolean isOver(OmniSqlCluster cluster) {
        if (cluster.getSpec().storage().retention().whenDeleted() == Policy.Retain) {
            return true;
        }
        var names = Names.of(cluster);
        client.apps()
                .statefulSets()
                .inNamespace(names.namespace())
                .withName(names.cluster())
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
        var pods = client.pods().inNamespace(names.namespace()).withLabels(names.selector());
        if (!pods.list().getItems().isEmpty()) {
            return false;
        }
        client.persistentVolumeClaims()
                .inNamespace(names.namespace())
                .withLabels(names.selector())
                .delete();
        for (String secret : List.of(names.connection(), names.authority())) {
            client.secrets().inNamespace(names.namespace()).withName(secret).delete();
        }
        return true;
    }
}
