package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Map;

/** How clients reach the nodes. */
public record Services(
        @Default("{}") @JsonPropertyDescription("The Service for all reads and writes, over all ready nodes.")
        Client client,

        @Default("{}")
        @JsonPropertyDescription(
                "The Service for reads at the nearest read replica, or at the nearest node while none is ready.")
        ReadOnly readOnly) {

    /** The client Service. */
    public record Client(
            @Default("ClusterIP") Type type, @Default("{}") Map<String, String> annotations) {
        /** Kind of the Service; the names are Kubernetes' own. */
        public enum Type {
            /** Inside the Kubernetes cluster. */
            ClusterIP,
            /** On a port of every machine. */
            NodePort,
            /** By a load balancer of the provider. */
            LoadBalancer
        }
    }

    /** The read-only Service. */
    public record ReadOnly(@Default("true") boolean enabled) {}
}
