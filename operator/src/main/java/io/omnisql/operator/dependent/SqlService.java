package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;

/** All ready nodes: any of them takes reads and writes, so that a new leader changes nothing here. */
final class SqlService {
    private SqlService() {}

    static Service desired(Blueprint blueprint) {
        var client = blueprint.spec().services().client();
        var metadata = new ObjectMetaBuilder(blueprint.owned(blueprint.names().cluster()));
        if (!client.annotations().isEmpty()) {
            metadata.withAnnotations(client.annotations());
        }
        return new ServiceBuilder()
                .withMetadata(metadata.build())
                .withNewSpec()
                .withType(client.type().name())
                .withSelector(blueprint.names().selector())
                .withPorts(ports(blueprint))
                .endSpec()
                .build();
    }

    private static List<ServicePort> ports(Blueprint blueprint) {
        var sql = PeerService.port("sql", Ports.SQL);
        return blueprint.spec().tls().asksClients() ? List.of(sql) : List.of(sql, PeerService.port("http", Ports.HTTP));
    }
}
