package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.omnisql.operator.api.OmniSqlClusterSpec.Consensus.ReadLevel;
import io.omnisql.operator.api.OmniSqlClusterSpec.Resources;
import org.jspecify.annotations.Nullable;

/** Read replicas: nodes that follow and answer reads, without a vote. They hold nothing that members do not, so their volumes go with them. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReadersSpec(
        @Default("0")
        @Min(0)
        @Max(20)
        @JsonPropertyDescription(
                "Nodes that follow and answer reads, but never vote: no quorum and no write waits for them.")
        int replicas,

        @Default("local") @JsonPropertyDescription("Read level of their sessions that do not choose one.")
        ReadLevel readLevel,

        @JsonPropertyDescription("Requests of both containers; missing: those of the members.") @Nullable
        Resources resources) {}
