package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One aspect of a cluster, as the API conventions of Kubernetes have it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        String type,
        @JsonPropertyDescription("True, False or Unknown.") String status,

        @JsonPropertyDescription("Generation of the spec that it is about.")
        long observedGeneration,

        @JsonPropertyDescription("When the status changed last.")
        String lastTransitionTime,

        @JsonPropertyDescription("One word for programs.") String reason,
        @JsonPropertyDescription("A sentence for people.") String message) {
    /** All wanted voters are ready, in one configuration, and nothing is under way. */
    public static final String READY = "Ready";

    /** A quorum of voters answers and has a leader: writes are served. */
    public static final String AVAILABLE = "Available";

    /** A step is under way. */
    public static final String PROGRESSING = "Progressing";

    /** Fewer voters are well than are wanted, or a step does not get on. */
    public static final String DEGRADED = "Degraded";

    /** One more node may be stopped without losing the quorum. */
    public static final String QUORUM_SAFE = "QuorumSafe";

    /** The members have founded the cluster; never taken back. */
    public static final String INITIALIZED = "Initialized";

    /** Everything is encrypted, by a certificate that is good. */
    public static final String CERTIFICATES_VALID = "CertificatesValid";

    /** The operator could do its work. */
    public static final String RECONCILED = "Reconciled";

    /** The objects for the Prometheus operator are there; only where the spec asks for them. */
    public static final String MONITORED = "Monitored";

    /** The order to give a lost quorum up was carried out; only where the spec has one. */
    public static final String NEW_CLUSTER_FORCED = "NewClusterForced";

    /** All wanted read replicas are ready, by the newest template; only where the spec asks for some. */
    public static final String READERS_READY = "ReadersReady";

    /** The condition holds. */
    public static final String TRUE = "True";

    /** It does not hold. */
    public static final String FALSE = "False";

    /** Nobody knows. */
    public static final String UNKNOWN = "Unknown";
}
