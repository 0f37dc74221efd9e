package io.omnisql.node.admin;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Whether starting the process again could help: only when the replica thread has ended. A missing quorum or PostgreSQL is no
 * reason, a new process would not have them either.
 */
@Liveness
@Singleton
public class ReplicaLiveness implements HealthCheck {
    private final NodeView view;

    @Inject
    ReplicaLiveness(NodeView view) {
        this.view = view;
    }

    @Override
    public HealthCheckResponse call() {
        boolean hasEnded = view.get()
                .map(watched -> watched.facts().replica().loop().hasEnded())
                .orElse(false);
        return HealthCheckResponse.named("replica").status(!hasEnded).build();
    }
}
