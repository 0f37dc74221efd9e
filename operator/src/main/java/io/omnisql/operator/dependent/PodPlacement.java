package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import io.omnisql.operator.api.SchedulingSpec;
import io.omnisql.operator.api.SchedulingSpec.AntiAffinity;
import java.util.List;
import java.util.Map;

/**
 * Where pods may run: a machine or zone that fails shall take one voter with it, not the quorum, and not all read replicas. A read replica
 * keeps away from voters where it is possible, however strict the spec is.
 */
final class PodPlacement {
    private static final int STRONGEST_WEIGHT = 100;

    private PodPlacement() {}

    static Affinity affinity(Blueprint blueprint, Role role) {
        var names = blueprint.names();
        boolean strict = blueprint.spec().scheduling().antiAffinity() == AntiAffinity.required;
        boolean apart = role == Role.READER;
        return new AffinityBuilder()
                .withNewPodAntiAffinity()
                .withRequiredDuringSchedulingIgnoredDuringExecution(
                        strict ? List.of(term(blueprint, names.selector(role))) : List.of())
                .withPreferredDuringSchedulingIgnoredDuringExecution(
                        strict && !apart
                                ? List.of()
                                : List.of(new WeightedPodAffinityTerm(
                                        term(blueprint, apart ? names.everyNode() : names.selector(role)),
                                        STRONGEST_WEIGHT)))
                .endPodAntiAffinity()
                .build();
    }

    private static PodAffinityTerm term(Blueprint blueprint, Map<String, String> pods) {
        return new PodAffinityTermBuilder()
                .withTopologyKey(blueprint.spec().scheduling().topologyKey())
                .withNewLabelSelector()
                .withMatchLabels(pods)
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
