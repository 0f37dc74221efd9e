package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;

/** The nodes' account. They ask the API server nothing, so no token is mounted. */
final class NodeServiceAccount {
    private NodeServiceAccount() {}

    static ServiceAccount desired(Blueprint blueprint) {
        return new ServiceAccountBuilder()
                .withMetadata(blueprint.owned(blueprint.names().cluster()))
                .withAutomountServiceAccountToken(false)
                .build();
    }
}
