package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A person's order to give a lost quorum up. It is carried out, or refused, once. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ForceNewCluster(
        @Required
        @Pattern("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        @JsonPropertyDescription(
                "The status' clusterUid: what the lost members had decided without the survivor is lost, and the volumes of all others are deleted.")
        String acknowledgeDataLoss,

        @Min(0)
        @Max(99)
        @JsonPropertyDescription(
                "Ordinal of the pod whose node goes on; missing: of those that answer, the one that holds most.")
        @Nullable
        Integer ordinal) {}
