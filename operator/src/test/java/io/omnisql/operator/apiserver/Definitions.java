package io.omnisql.operator.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.ClusterDefinition;
import io.omnisql.operator.api.OmniSqlCluster;
import java.util.concurrent.TimeUnit;

/** Makes the API server know the resource. */
final class Definitions {
    private Definitions() {}

    static void install(KubernetesClient client) {
        client.resource(ClusterDefinition.definition()).serverSideApply();
        client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("omnisqlclusters." + OmniSqlCluster.GROUP)
                .waitUntilCondition(
                        found -> found != null
                                && found.getStatus() != null
                                && found.getStatus().getConditions().stream()
                                        .anyMatch(
                                                condition -> condition.getType().equals("Established")
                                                        && condition.getStatus().equals("True")),
                        30,
                        TimeUnit.SECONDS);
    }
}
