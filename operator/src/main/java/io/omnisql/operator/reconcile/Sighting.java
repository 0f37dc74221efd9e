package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.dependent.Names;
import io.omnisql.operator.dependent.NodeStatefulSet;
import io.omnisql.operator.plan.ClusterView;
import io.omnisql.operator.plan.PodView;
import io.omnisql.operator.plan.ReadersView;
import io.omnisql.operator.reconcile.NodeAdminClient.Access;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One look: the values that steps are decided from, and the objects that they were read from. */
record Sighting(
        ClusterView view,
        @Nullable StatefulSet podSet,
        List<Pod> pods,
        ReadersView readers,
        @Nullable StatefulSet readerSet,
        Credentials credentials,
        CertificateSighting certificates,
        AdminPass pass) {
    /** Where the pod's node is reached. */
    Optional<Access> access(PodView view) {
        return pods.stream()
                .filter(pod -> pod.getMetadata().getUid().equals(view.uid()))
                .flatMap(pod -> Optional.ofNullable(pod.getStatus().getPodIP()).stream())
                .findFirst()
                .flatMap(pass::at);
    }

    /** Size of volumes in the StatefulSet that exists. */
    static Optional<String> claimSize(@Nullable StatefulSet podSet) {
        return Optional.ofNullable(podSet).map(set -> requested(claim(set)).toString());
    }

    /** What the volumes are made from. */
    static PersistentVolumeClaim claim(StatefulSet podSet) {
        return podSet.getSpec().getVolumeClaimTemplates().stream()
                .filter(claim -> claim.getMetadata().getName().equals(Names.VOLUME))
                .findFirst()
                .orElseThrow();
    }

    /** The size that a claim asks for; the API server admits none without. */
    static Quantity requested(PersistentVolumeClaim claim) {
        return Objects.requireNonNull(
                claim.getSpec().getResources().getRequests().get("storage"));
    }

    /** How many nodes founded the cluster, as the pods' template remembers it. */
    Optional<Integer> founders() {
        Stream<Map<String, String>> annotations = Stream.concat(
                Optional.ofNullable(podSet)
                        .map(set -> set.getSpec().getTemplate().getMetadata().getAnnotations())
                        .stream(),
                pods.stream().map(pod -> pod.getMetadata().getAnnotations()));
        return annotations
                .filter(found -> found != null && found.containsKey(NodeStatefulSet.FOUNDERS))
                .map(found -> Integer.valueOf(found.get(NodeStatefulSet.FOUNDERS)))
                .findFirst();
    }
}
