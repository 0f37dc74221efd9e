package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Optional;

/** For reads: at the nearest read replica, or, while none is ready, at the nearest node, since each answers local reads alone. */
final class ReadOnlyService {
    private ReadOnlyService() {}

    static Optional<Service> desired(Blueprint blueprint) {
        if (!blueprint.spec().services().readOnly().enabled()) {
            return Optional.empty();
        }
        var names = blueprint.names();
        return Optional.of(new ServiceBuilder()
                .withMetadata(blueprint.owned(names.readOnly()))
                .withNewSpec()
                .withType("ClusterIP")
                .withTrafficDistribution("PreferClose")
                .withSelector(blueprint.readsAtReaders() ? names.readerSelector() : names.selector())
                .withPorts(PeerService.port("sql", Ports.SQL))
                .endSpec()
                .build());
    }
}
