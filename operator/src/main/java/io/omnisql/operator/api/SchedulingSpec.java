package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where pods may run. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SchedulingSpec(
        @Default("{}") @JsonPropertyDescription("Labels that a machine must have.")
        Map<String, String> nodeSelector,

        @Default("[]") @Size(max = 32) @JsonPropertyDescription("Taints that are tolerated.")
        List<Toleration> tolerations,

        @JsonPropertyDescription("Priority class of the pods.") @Nullable
        String priorityClassName,

        @Default("preferred")
        @JsonPropertyDescription("Whether two nodes must not, or should not, share a topology domain.")
        AntiAffinity antiAffinity,

        @Default("kubernetes.io/hostname")
        @Pattern("^[-A-Za-z0-9._/]{1,317}$")
        @JsonPropertyDescription("The domain: a machine, or topology.kubernetes.io/zone.")
        String topologyKey,

        @Default("true") @JsonPropertyDescription("Spread evenly over zones where it is possible.")
        boolean spread) {

    /** How strict. */
    public enum AntiAffinity {
        /** A pod that cannot keep it waits. */
        required,
        /** As far as it goes. */
        preferred
    }

    /** A toleration, as in a pod's spec. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Toleration(
            @Nullable String key,
            @Nullable String operator,
            @Nullable String value,
            @Nullable String effect,
            @Nullable Long tolerationSeconds) {}
}
