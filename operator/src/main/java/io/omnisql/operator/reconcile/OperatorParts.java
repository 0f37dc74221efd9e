package io.omnisql.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.omnisql.operator.dependent.Ports;
import io.quarkus.arc.lookup.LookupIfProperty;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What the container puts together. */
class OperatorParts {
    @Produces
    @Singleton
    NodeAdminClient admin() {
        return new NodeAdminClient(Ports.ADMIN);
    }

    @Produces
    @Singleton
    ReconcilerParts parts(KubernetesClient client, NodeAdminClient admin, OperatorConfig config) {
        return ReconcilerParts.of(client, admin, config.releaseImages(), Clock.systemUTC());
    }

    /** Of several operators one works; another takes over within seconds when it is gone. */
    @Produces
    @Singleton
    @LookupIfProperty(name = "omnisql.operator.leader-election", stringValue = "true", lookupIfMissing = true)
    LeaderElectionConfiguration leaderElection() {
        return new LeaderElectionConfiguration("omnisql-operator");
    }
}
