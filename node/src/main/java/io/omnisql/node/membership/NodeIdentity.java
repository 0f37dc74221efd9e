package io.omnisql.node.membership;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.omnisql.omnipaxos.NodeId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a data folder is in the cluster; it lies there as identity.json.
 *
 * @param clusterUid null until it belongs to a cluster
 * @param memberId null until it belongs to a cluster
 * @param incarnation drawn when the folder was formatted: an emptied disk has another one
 * @param lastConfigurationId the latest configuration that was in force here
 * @param walFormat format of the log
 * @param logBegun whether the log has begun: if it is not there any more, what was promised in it is forgotten
 * @param beginning with what it began to belong to the cluster
 */
public record NodeIdentity(
        @Nullable UUID clusterUid,
        @Nullable Long memberId,
        UUID incarnation,
        long lastConfigurationId,
        int walFormat,
        boolean logBegun,
        @Nullable Beginning beginning) {
    private static final int WAL_FORMAT = 2;

    /**
     * The first configuration that a node knew.
     *
     * @param founded whether it is one of those that founded the cluster; else it joined later
     */
    public record Beginning(boolean founded, Roster configuration) {}

    /** Of a folder that was just formatted. */
    public static NodeIdentity fresh() {
        return of(UUID.randomUUID());
    }

    private static NodeIdentity of(UUID incarnation) {
        return new NodeIdentity(null, null, incarnation, 0, WAL_FORMAT, false, null);
    }

    /**
     * Of a folder whose log is older than identities: its incarnation follows from cluster and id, so that all members know it of each
     * other. An emptied disk draws another one.
     */
    static NodeIdentity ofOlderFolder(UUID clusterUid, long memberId, Roster founding) {
        return new NodeIdentity(
                clusterUid,
                memberId,
                derived(clusterUid, memberId),
                founding.id(),
                WAL_FORMAT,
                true,
                new Beginning(true, founding));
    }

    static UUID derived(UUID clusterUid, long memberId) {
        return ClusterUid.of(clusterUid + "/" + memberId);
    }

    NodeIdentity belonging(UUID cluster, long member, Beginning how) {
        return new NodeIdentity(cluster, member, incarnation, how.configuration.id(), walFormat, logBegun, how);
    }

    NodeIdentity inCluster(UUID other) {
        return new NodeIdentity(other, memberId, incarnation, lastConfigurationId, walFormat, logBegun, beginning);
    }

    NodeIdentity withLogBegun() {
        return new NodeIdentity(clusterUid, memberId, incarnation, lastConfigurationId, walFormat, true, beginning);
    }

    NodeIdentity inConfiguration(long configurationId) {
        return new NodeIdentity(clusterUid, memberId, incarnation, configurationId, walFormat, logBegun, beginning);
    }

    /** Whether it belongs to a cluster. */
    @JsonIgnore
    public boolean belongs() {
        return beginning != null;
    }

    /** Of one that belongs to a cluster. */
    @JsonIgnore
    public Belonging belonging() {
        if (clusterUid == null || memberId == null || beginning == null) {
            throw new IllegalStateException("This node does not belong to a cluster yet");
        }
        return new Belonging(clusterUid, new NodeId(memberId), incarnation, beginning);
    }

    /** The identity of a node that belongs to a cluster. */
    public record Belonging(UUID clusterUid, NodeId self, UUID incarnation, Beginning beginning) {}
}
