package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Map;

/** Objects for the Prometheus operator, where Kubernetes has one. */
public record MonitoringSpec(
        @Default("{}") @JsonPropertyDescription("Makes a Prometheus read the nodes' metrics.")
        Item podMonitor,

        @Default("{}") @JsonPropertyDescription("Alerts about what somebody must look at; needs podMonitor.")
        Item prometheusRule) {

    /** One object. */
    public record Item(
            @Default("false")
            @JsonPropertyDescription(
                    "Without the Prometheus operator the condition Monitored says so; nothing else changes.")
            boolean enabled,

            @Default("{}") @JsonPropertyDescription("Labels by which the Prometheus finds the object.")
            Map<String, String> labels) {}
}
