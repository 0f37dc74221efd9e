package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All objects of a cluster, in the order in which they are needed. */
public final class ClusterObjects {
    private ClusterObjects() {}

    /** Those that shall exist. */
    public static List<HasMetadata> of(Blueprint blueprint) {
        return Stream.<Optional<? extends HasMetadata>>of(
                        Optional.of(NodeServiceAccount.desired(blueprint)),
                        Optional.of(ConnectionSecret.desired(blueprint)),
                        Optional.of(AdminTokenSecret.desired(blueprint)),
                        AuthoritySecret.desired(blueprint),
                        CertificateSecret.desired(blueprint),
                        Optional.of(NodeConfigMap.desired(blueprint)),
                        Optional.of(PeerService.desired(blueprint)),
                        Optional.of(SqlService.desired(blueprint)),
                        ReadOnlyService.desired(blueprint),
                        NodeDisruptionBudget.desired(blueprint),
                        NodeNetworkPolicy.desired(blueprint),
                        ClientNetworkPolicy.desired(blueprint),
                        MetricsNetworkPolicy.desired(blueprint),
                        Optional.of(NodeStatefulSet.desired(blueprint)),
                        ReaderConfigMap.desired(blueprint),
                        ReaderDisruptionBudget.desired(blueprint),
                        ReaderStatefulSet.desired(blueprint))
                .<HasMetadata>flatMap(Optional::stream)
                .toList();
    }

    /** Those that hold certificates, or say whom to trust. */
    public static List<HasMetadata> certificates(Blueprint blueprint) {
        return Stream.of(
                        Optional.of(ConnectionSecret.desired(blueprint)),
                        AuthoritySecret.desired(blueprint),
                        CertificateSecret.desired(blueprint))
                .<HasMetadata>flatMap(Optional::stream)
                .toList();
    }
}
