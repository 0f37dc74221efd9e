package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;

/** Gives every pod a host name, a read replica's, too. A node becomes ready only with its peers' help, so its name must work before. */
final class PeerService {
    private PeerService() {}

    static Service desired(Blueprint blueprint) {
        return new ServiceBuilder()
                .withMetadata(blueprint.owned(blueprint.names().peers()))
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(blueprint.names().everyNode())
                .withPorts(port("peer", Ports.PEER), port("admin", Ports.ADMIN))
                .endSpec()
                .build();
    }

    static ServicePort port(String name, int port) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(port)
                .withNewTargetPort(name)
                .withProtocol("TCP")
                .build();
    }
}
