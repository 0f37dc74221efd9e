package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.OmniSqlClusterSpec;
import io.omnisql.operator.api.OmniSqlClusterSpec.Resources;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What objects are stated from.
 *
 * @param images those of this release
 * @param pods that the StatefulSet shall keep
 * @param claimSize of the volumes that the StatefulSet makes; it cannot be changed in a StatefulSet that exists
 * @param founders nodes that found, or founded, the cluster
 * @param initialized they have: the settings of the founding go away, lest emptied disks found another cluster
 * @param credentials what was drawn once, at the beginning
 * @param readers the read replicas; null when there shall be nothing of them
 * @param tls certificates; null when nodes talk in the clear, or have to wait for some
 */
public record Blueprint(
        OmniSqlCluster cluster,
        ReleaseImages images,
        int pods,
        String claimSize,
        int founders,
        boolean initialized,
        Credentials credentials,
        @Nullable Readers readers,
        @Nullable TlsMaterial tls) {
    /** Images of a release. */
    public record ReleaseImages(String node, String postgres) {}

    /**
     * The read replicas.
     *
     * @param pods that their StatefulSet shall keep
     * @param claimSize of the volumes that it makes; it cannot be changed in a StatefulSet that exists
     * @param serving at least one is ready
     */
    public record Readers(int pods, String claimSize, boolean serving) {}

    /** Secrets that are drawn once. */
    public record Credentials(String ownerPassword, String adminToken) {
        @Override
        public String toString() {
            return "Credentials[…]"; // They must not reach a log.
        }
    }

    OmniSqlClusterSpec spec() {
        return cluster.getSpec();
    }

    boolean encrypted() {
        return spec().tls().encrypted();
    }

    Resources resources(Role role) {
        return switch (role) {
            case MEMBER -> spec().resources();
            case READER -> Objects.requireNonNullElse(spec().readers().resources(), spec().resources());
        };
    }

    /** Whether reads go to the read replicas: they do while one of them is ready. */
    boolean readsAtReaders() {
        return readers != null && readers.serving() && readers.pods() > 0;
    }

    Names names() {
        return Names.of(cluster);
    }

    /** Metadata of an object that goes when the cluster goes. */
    ObjectMeta owned(String name) {
        return owned(name, Role.MEMBER);
    }

    /** Metadata of an object of nodes of that role, which goes when the cluster goes. */
    ObjectMeta owned(String name, Role role) {
        return new ObjectMetaBuilder(kept(name))
                .withLabels(names().labels(role))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(cluster.getApiVersion())
                        .withKind(cluster.getKind())
                        .withName(cluster.getMetadata().getName())
                        .withUid(cluster.getMetadata().getUid())
                        .withController(true)
                        .withBlockOwnerDeletion(true)
                        .build())
                .build();
    }

    /** Metadata of an object that shares the volumes' fate. */
    ObjectMeta kept(String name) {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(names().namespace())
                .withLabels(names().labels())
                .build();
    }
}
