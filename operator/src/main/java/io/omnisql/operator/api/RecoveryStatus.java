package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of an order to give a lost quorum up. It outlives the order: an order is obeyed once, and former members never come back. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecoveryStatus(
        @JsonPropertyDescription("Cluster that the order named.")
        String clusterUid,

        @JsonPropertyDescription("Ordinal that the order named, if any.") @Nullable
        Integer requestedOrdinal,

        @JsonPropertyDescription(
                "Chosen: the survivor is watched for half a minute, then told to go on alone. CarriedOut: it did. Refused: the order is spent.")
        Phase phase,

        @JsonPropertyDescription("When the survivor was chosen, or the order refused.")
        String since,

        @JsonPropertyDescription("A sentence for people.") String message,
        @Nullable Survivor survivor,

        @JsonPropertyDescription("Name that the survivor gave the cluster.") @Nullable
        String newClusterUid,

        @JsonPropertyDescription("Uids of volume claims of former members; they are deleted before a pod may use them.")
        List<String> formerVolumes) {
    /** Keeps a copy. */
    public RecoveryStatus {
        formerVolumes = List.copyOf(Objects.requireNonNullElse(formerVolumes, List.of()));
    }

    /** How far it is. */
    public enum Phase {
        /** A survivor is chosen, and told to go on when the time to change one's mind is over. */
        Chosen,
        /** The survivor is a cluster of its own. */
        CarriedOut,
        /** A quorum was there, or the node refused. */
        Refused
    }

    /** The node that goes on. */
    public record Survivor(
            int ordinal,
            String pod,

            @JsonPropertyDescription("The life of its disk.")
            String incarnation,

            @JsonPropertyDescription("Entries below were decided for sure.")
            long decidedIndex,

            @JsonPropertyDescription("Entries below are kept.")
            long acceptedIndex) {}

    /** Whether it is about that very order. */
    public boolean isOf(ForceNewCluster order) {
        return clusterUid.equals(order.acknowledgeDataLoss()) && Objects.equals(requestedOrdinal, order.ordinal());
    }

    /** The survivor goes on under that name; those volumes are nobody's any more. */
    public RecoveryStatus carriedOut(String successor, List<String> volumes, String why) {
        return new RecoveryStatus(
                clusterUid, requestedOrdinal, Phase.CarriedOut, since, why, survivor, successor, volumes);
    }

    /** The order is spent. */
    public RecoveryStatus refused(String why) {
        return new RecoveryStatus(
                clusterUid, requestedOrdinal, Phase.Refused, since, why, survivor, newClusterUid, formerVolumes);
    }

    /** The same with fewer volumes that are waited for. */
    public RecoveryStatus withFormerVolumes(List<String> volumes) {
        return new RecoveryStatus(
                clusterUid, requestedOrdinal, phase, since, message, survivor, newClusterUid, volumes);
    }
}
