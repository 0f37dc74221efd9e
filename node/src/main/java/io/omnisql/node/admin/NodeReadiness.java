package io.omnisql.node.admin;

import io.omnisql.omnipaxos.NodeId;
import io.omnisql.omnipaxos.Status;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients should be sent to this node. A quorum is not asked for: without one, local reads still work, and taking all nodes
 * away at once would help nobody.
 */
@Readiness
@Singleton
public class NodeReadiness implements HealthCheck {
    /** How long the applier may be in trouble with one command before clients had better go elsewhere. */
    private static final long TROUBLE_SECONDS_MAX = 10;

    private final NodeView view;

    @Inject
    NodeReadiness(NodeView view) {
        this.view = view;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("node");
        return view.get()
                .map(watched -> report(watched, view.isDraining(), response))
                .orElseGet(() -> response.down().withData("started", false).build());
    }

    private static HealthCheckResponse report(
            NodeView.Watched watched, boolean draining, HealthCheckResponseBuilder response) {
        NodeFacts facts = watched.facts();
        Status status = facts.replica().loop().status();
        boolean reader = facts.outside().isReader();
        boolean caughtUp = reader ? facts.outside().hasCaughtUp() : isCaughtUp(watched, status);
        boolean agrees = status == null || !isInMinority(facts, status);
        boolean waits = facts.outside().snapshots().isFetching();
        boolean postgres = facts.outside().isPostgresReady();
        boolean sqlPort = facts.outside().isSqlPortOpen();
        boolean applies = facts.outside().applierState() != NodeFacts.ApplierState.RETRYING
                || facts.outside().slowCommand().map(NodeFacts.Slow::seconds).orElse(0L) < TROUBLE_SECONDS_MAX;
        boolean member = status != null && status.role() != Status.Role.LEARNER;
        return response.withData("postgres", postgres)
                .withData("member", member)
                .withData("reader", reader)
                .withData("draining", draining)
                .withData("sqlPort", sqlPort)
                .withData("caughtUp", caughtUp)
                .withData("applies", applies)
                .withData("waitsForSnapshot", waits)
                .withData("agreesWithPeers", agrees)
                .status(postgres
                        && sqlPort
                        && caughtUp
                        && applies
                        && !waits
                        && agrees
                        && (member || reader)
                        && !draining)
                .build();
    }

    private static boolean isCaughtUp(NodeView.Watched watched, @Nullable Status status) {
        return status != null
                && watched.caughtUp()
                        .isReached(
                                status.decidedIndex(),
                                watched.facts().replica().appliedIndex().get());
    }

    /** Every replica disagrees with the one that went astray; only that one disagrees with most. */
    private static boolean isInMinority(NodeFacts facts, Status status) {
        List<NodeId> replicas = status.configuration().replicas();
        int others = replicas.size() - (replicas.contains(facts.node()) ? 1 : 0);
        return facts.divergence().divergences().size() * 2 > others;
    }
}
