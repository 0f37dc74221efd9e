package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was seen at the last look. A cache for people and tools: nothing that the members themselves know is decided from it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OmniSqlClusterStatus(
        @JsonPropertyDescription("Generation of the spec that this status is about.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Summary for people; programs read the conditions.") @Nullable
        String phase,

        @JsonPropertyDescription("Ready voters of voters.") @Nullable
        String ready,

        @StatusReplicas @JsonPropertyDescription("Voters of the newest configuration.") @Nullable
        Integer replicas,

        @JsonPropertyDescription("Voters that are ready.") @Nullable
        Integer readyReplicas,

        @LabelSelector @JsonPropertyDescription("Selects the pods.") @Nullable
        String selector,

        @JsonPropertyDescription("Version that the members run; 'mixed' during an upgrade.") @Nullable
        String version,

        @JsonPropertyDescription("Name that the members gave the cluster at its founding.") @Nullable
        String clusterUid,

        @JsonPropertyDescription("Pod that leads.") @Nullable
        String leader,

        @JsonPropertyDescription("Id of the newest configuration.") @Nullable
        Long configurationId,

        @JsonPropertyDescription("Id that the next new member gets.") @Nullable
        Long nextMemberId,

        @JsonPropertyDescription("Nodes, by ordinal.") @Nullable
        List<MemberStatus> members,

        @JsonPropertyDescription("Read replicas; missing when there are none.") @Nullable
        Readers readers,

        @JsonPropertyDescription("What is being done now.") @Nullable
        String step,

        @JsonPropertyDescription("Where clients connect.") @Nullable
        Connection connection,

        @JsonPropertyDescription("What became of spec.recovery.forceNewCluster.") @Nullable
        RecoveryStatus recovery,

        @Nullable List<Condition> conditions) {

    /** A status without anything in it. */
    public static OmniSqlClusterStatus empty() {
        return new OmniSqlClusterStatus(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    /** The same with other conditions. */
    public OmniSqlClusterStatus withConditions(List<Condition> others) {
        return with(readers, recovery, others);
    }

    /** The same with another record of the order to give a lost quorum up. */
    public OmniSqlClusterStatus withRecovery(@Nullable RecoveryStatus other) {
        return with(readers, other, conditions);
    }

    /** The same with other read replicas. */
    public OmniSqlClusterStatus withReaders(@Nullable Readers others) {
        return with(others, recovery, conditions);
    }

    private OmniSqlClusterStatus with(
            @Nullable Readers newReaders,
            @Nullable RecoveryStatus newRecovery,
            @Nullable List<Condition> newConditions) {
        return new OmniSqlClusterStatus(
                observedGeneration,
                phase,
                ready,
                replicas,
                readyReplicas,
                selector,
                version,
                clusterUid,
                leader,
                configurationId,
                nextMemberId,
                members,
                newReaders,
                step,
                connection,
                newRecovery,
                newConditions);
    }

    /** The conditions, none being an empty list. */
    public List<Condition> conditionsOrNone() {
        return conditions == null ? List.of() : conditions;
    }

    /** Whether the members ever founded the cluster: then empty volumes must never found another one. */
    public boolean wasInitialized() {
        return conditionsOrNone().stream()
                .anyMatch(condition -> condition.type().equals(Condition.INITIALIZED)
                        && condition.status().equals(Condition.TRUE));
    }

    /** One node. Figures that move with every write are left to metrics, lest the status be written all the time. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record MemberStatus(
            int ordinal,
            String pod,

            @JsonPropertyDescription("Id in the replication protocol; a replaced member's id is never used again.")
            @Nullable
            Long memberId,

            @JsonPropertyDescription("Leader or Follower.") @Nullable
            String role,

            @JsonPropertyDescription(
                    "Joining, Learner, Voting or Retired; Former: of the cluster before a recovery; Unknown when the node does not answer.")
            String state,

            @JsonPropertyDescription("Whether it has executed what was decided.") @Nullable
            Boolean caughtUp,

            @Nullable String version,

            @JsonPropertyDescription("Whether its pod is as the spec wants it.")
            boolean upToDate) {}

    /** The read replicas. */
    public record Readers(
            @JsonPropertyDescription("Read replicas that there are.")
            int replicas,

            @JsonPropertyDescription("Of these, those that are ready.")
            int readyReplicas) {}

    /** Where clients connect. */
    public record Connection(String host, int port, String database, String secretName) {}
}
