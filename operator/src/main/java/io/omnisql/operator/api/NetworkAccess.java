package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who reaches the nodes, as NetworkPolicies. */
public record NetworkAccess(
        @Default("true")
        @JsonPropertyDescription("Nodes hear their peers, the operator and the clients below, and nobody else.")
        boolean enabled,

        @Default("[]")
        @Size(max = 32)
        @JsonPropertyDescription("Pods that may be clients; empty: every pod of the cluster's namespace.")
        List<Client> clients) {

    /** Pods by their labels; both conditions must hold. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Client(
            @JsonPropertyDescription("Labels of pods; missing: all pods.") @Nullable
            Map<String, String> podLabels,

            @JsonPropertyDescription("Labels of namespaces; missing: this namespace.") @Nullable
            Map<String, String> namespaceLabels) {}
}
