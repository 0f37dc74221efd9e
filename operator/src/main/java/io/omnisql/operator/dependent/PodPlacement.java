package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.omnisql.operator.api.SchedulingSpec;
import java.util.List;

/** Where pods may run: a machine or zone that fails shall take one voter with it, not the quorum. */
final class PodPlacement {
    private static final int STRONGEST_WEIGHT = 100;

    private PodPlacement() {}

    static Affinity affinity(Blueprint blueprint) {
        var term = term(blueprint);
        return switch (blueprint.spec().scheduling().antiAffinity()) {
            case required ->
                new AffinityBuilder()
                        .withNewPodAntiAffinity()
                        .withRequiredDuringSchedulingIgnoredDuringExecution(term)
                        .endPodAntiAffinity()
                        .build();
            case preferred ->
                new AffinityBuilder()
                        .withNewPodAntiAffinity()
                        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                        .withWeight(STRONGEST_WEIGHT)
                        .withPodAffinityTerm(term)
                        .endPreferredDuringSchedulingIgnoredDuringExecution()
                        .endPodAntiAffinity()
                        .build();
        };
    }

    private static PodAffinityTerm term(Blueprint blueprint) {
        return new PodAffinityTermBuilder()
                .withTopologyKey(blueprint.spec().scheduling().topologyKey())
                .withNewLabelSelector()
                .withMatchLabels(blueprint.names().selector())
                .endLabelSelector()
                .build();
    }

    static List<Toleration> tolerations(SchedulingSpec scheduling) {
        return scheduling.tolerations().stream()
                .map(toleration -> new Toleration(
                        toleration.effect(),
                        toleration.key(),
                        toleration.operator(),
                        toleration.tolerationSeconds(),
                        toleration.value()))
                .toList();
    }
}
