package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Optional;

/** For reads of the local level, which every node answers alone: the nearest one is the best. */
final class ReadOnlyService {
    private ReadOnlyService() {}

    static Optional<Service> desired(Blueprint blueprint) {
        if (!blueprint.spec().services().readOnly().enabled()) {
            return Optional.empty();
        }
        return Optional.of(new ServiceBuilder()
                .withMetadata(blueprint.owned(blueprint.names().readOnly()))
                .withNewSpec()
                .withType("ClusterIP")
                .withTrafficDistribution("PreferClose")
                .withSelector(blueprint.names().selector())
                .withPorts(PeerService.port("sql", Ports.SQL))
                .endSpec()
                .build());
    }
}
