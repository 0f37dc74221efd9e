package io.omnisql.operator.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a cluster. Defaults and bounds are the schema's: the API server fills in and checks them, so that a spec that reached
 * the operator is complete.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "(self.tls.mode == 'Insecure') == (oldSelf.tls.mode == 'Insecure') || (self.hibernate && oldSelf.hibernate)",
        message =
                "nodes that encrypt and nodes that do not cannot talk: hibernate the cluster before tls.mode becomes Insecure or ceases to be it")
@ValidationRule(
        value = "(self.tls.mode == 'Secret') == has(self.tls.secretName)",
        message = "tls.secretName names a Secret of your own: mode Secret needs it, the other modes have none")
@ValidationRule(
        value = "(self.tls.clientAuth == 'Required') == has(self.tls.clientAuthoritySecretName)",
        message =
                "tls.clientAuthoritySecretName names the Secret with the clients' authorities: clientAuth Required needs it, None has none")
@ValidationRule(
        value = "self.tls.clientAuth == 'None' || self.tls.mode != 'Insecure'",
        message = "tls.clientAuth Required needs encryption: tls.mode must not be Insecure")
@ValidationRule(
        value = "self.tls.authorityDays >= 3 * self.tls.certificateDays",
        message = "tls.authorityDays must be at least three times tls.certificateDays")
public record OmniSqlClusterSpec(
        @SpecReplicas
        @Default("3")
        @Min(1)
        @Max(9)
        @ValidationRule(
                value = "self % 2 == 1",
                message = "replicas must be odd (1, 3, 5, 7 or 9): an even member adds no tolerance of failures")
        @JsonPropertyDescription(
                "Nodes that vote. Members join or leave the replication protocol before and after pods come and go.")
        int replicas,

        @Default("{}")
        @JsonPropertyDescription("Container images other than those that the operator was released with.")
        Images images,

        @Default("false")
        @JsonPropertyDescription("The operator goes on reporting and renews certificates, but changes nothing else.")
        boolean paused,

        @Default("false") @JsonPropertyDescription("All nodes are stopped; volumes and membership stay.")
        boolean hibernate,

        @Required @JsonPropertyDescription("The volume of each node.")
        StorageSpec storage,

        @Default("{}") @JsonPropertyDescription("The PostgreSQL of each node.")
        PostgreSql postgresql,

        @Default("{}") @JsonPropertyDescription("The replication protocol and reads.")
        Consensus consensus,

        @Default("{}") @JsonPropertyDescription("Read replicas.")
        ReadersSpec readers,

        @Default("{}") @JsonPropertyDescription("Requests of both containers; memory is limited to its request.")
        Resources resources,

        @Default("{}") @JsonPropertyDescription("Where pods may run.")
        SchedulingSpec scheduling,

        @Default("{}") @JsonPropertyDescription("Who reaches the nodes.")
        NetworkAccess networkPolicy,

        @Default("{}") @JsonPropertyDescription("How clients reach the nodes.")
        Services services,

        @Default("{}") @JsonPropertyDescription("Encryption of everything that a node says and hears.")
        TlsSpec tls,

        @Default("{}") @JsonPropertyDescription("Bound for evictions.")
        DisruptionBudget podDisruptionBudget,

        @Default("{}") @JsonPropertyDescription("How changed pods are replaced.")
        Rollout rollout,

        @Default("{}") @JsonPropertyDescription("What is repaired without asking, and what only by order.")
        Recovery recovery,

        @Default("{}") @JsonPropertyDescription("What nodes log.")
        Logging logging,

        @Default("{}")
        @ValidationRule(
                value =
                        "!has(self.prometheusRule) || !self.prometheusRule.enabled || (has(self.podMonitor) && self.podMonitor.enabled)",
                message = "prometheusRule needs podMonitor: its alerts are about the labels that the PodMonitor gives")
        @JsonPropertyDescription("Objects for the Prometheus operator.")
        MonitoringSpec monitoring) {

    /** Images. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Images(
            @JsonPropertyDescription("Image of the node.") @Nullable
            String node,

            @JsonPropertyDescription("Image of the PostgreSQL beside it.") @Nullable
            String postgres,

            @Default("IfNotPresent") PullPolicy pullPolicy,

            @JsonPropertyDescription("Name of a Secret to pull them with.") @Nullable
            String pullSecret) {
        /** When an image is pulled; the names are Kubernetes' own. */
        public enum PullPolicy {
            /** Before every start. */
            Always,
            /** When it is not there. */
            IfNotPresent,
            /** Never. */
            Never
        }
    }

    /** PostgreSQL. */
    public record PostgreSql(
            @Default("app")
            @Pattern("^[a-z_][a-z0-9_]{0,62}$")
            @ValidationRule(value = "self == oldSelf", message = "owner cannot be changed after creation")
            @ValidationRule(
                    value = "self != 'omnisql' && self != 'omnisql_system' && !self.startsWith('pg_')",
                    message = "owner must not be a name of OmniSQL's or PostgreSQL's own")
            @JsonPropertyDescription("First role; the connection Secret has its password.")
            String owner,

            @Default("{}")
            @ValidationRule(
                    value = "self.all(k, k in " + CHOOSABLE + ")",
                    message = "only these of PostgreSQL's parameters may be chosen, the others are the node's own: "
                            + CHOOSABLE)
            @ValidationRule(
                    value = "self.all(k, self[k].matches(r'^[^$\\\\[:cntrl:]]{0,200}$'))",
                    message = "a parameter's value has at most 200 characters, without '$', backslashes and line ends")
            @JsonPropertyDescription("PostgreSQL's parameters; pods are restarted one by one, the leader last.")
            Map<String, String> parameters) {
        /** What the node lets through: it refuses to start with anything else, and a rollout would stop at the first pod. */
        private static final String CHOOSABLE = """
                ['autovacuum_analyze_scale_factor', 'autovacuum_analyze_threshold', 'autovacuum_max_workers', \
                'autovacuum_naptime', 'autovacuum_vacuum_cost_delay', 'autovacuum_vacuum_cost_limit', \
                'autovacuum_vacuum_scale_factor', 'autovacuum_vacuum_threshold', 'autovacuum_work_mem', \
                'bgwriter_delay', 'bgwriter_lru_maxpages', 'checkpoint_completion_target', \
                'checkpoint_timeout', 'effective_cache_size', 'effective_io_concurrency', 'huge_pages', \
                'log_autovacuum_min_duration', 'log_checkpoints', 'log_line_prefix', 'log_lock_waits', \
                'log_min_duration_statement', 'log_temp_files', 'maintenance_work_mem', \
                'max_parallel_maintenance_workers', 'max_parallel_workers', 'max_parallel_workers_per_gather', \
                'max_wal_size', 'min_wal_size', 'random_page_cost', 'seq_page_cost', 'shared_buffers', \
                'temp_buffers', 'track_io_timing', 'wal_buffers', 'wal_compression', 'work_mem']""";
    }

    /** The protocol. */
    public record Consensus(
            @Default("500")
            @Min(200)
            @Max(60000)
            @ValidationRule(value = "self % 50 == 0", message = "electionTimeoutMs must be a multiple of 50")
            @JsonPropertyDescription("A leader that is silent for about this long is replaced.")
            int electionTimeoutMs,

            @Default("leader") @JsonPropertyDescription("Read level of sessions that do not choose one.")
            ReadLevel defaultReadLevel) {
        /** How fresh a read is. */
        public enum ReadLevel {
            /** What the node at hand has. */
            local,
            /** What the leader has. */
            leader,
            /** All that was acknowledged before. */
            linearizable
        }
    }

    /** Of both containers. */
    public record Resources(
            @Default("{}") Container node, @Default("{}") Container postgres) {
        /** Of one container. */
        public record Container(
                @Default("100m") @ValidationRule(value = "isQuantity(self)", message = "cpu must be a quantity")
                String cpu,

                @Default("640Mi") @ValidationRule(value = "isQuantity(self)", message = "memory must be a quantity")
                String memory) {}
    }

    /** Evictions. */
    public record DisruptionBudget(
            @Default("true")
            @JsonPropertyDescription("At most one node is evicted at a time; a cluster of one node has no budget.")
            boolean enabled) {}

    /** Replacing pods. */
    public record Rollout(
            @Default("600")
            @Min(30)
            @Max(86400)
            @JsonPropertyDescription(
                    "A new pod that is not ready after this time stops the rollout; the others stay as they are.")
            int progressDeadlineSeconds) {}

    /** Repair. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Recovery(
            @Default("true")
            @JsonPropertyDescription(
                    "A member that lost its volume is replaced by a new one when the others are a quorum.")
            boolean autoReplace,

            @Default("600")
            @Min(60)
            @Max(86400)
            @JsonPropertyDescription("A volume whose pod cannot be placed for this long is given up.")
            int replaceAfterSeconds,

            @JsonPropertyDescription(
                    "The quorum is lost for ever: one node goes on as a cluster of its own, once. Refused while a quorum answers.")
            @Nullable
            ForceNewCluster forceNewCluster) {}

    /** Logs. */
    public record Logging(
            @Default("json") Format format, @Default("INFO") Level level) {
        /** Form of a line. */
        public enum Format {
            /** One JSON object. */
            json,
            /** For eyes. */
            text
        }

        /** From which level on. */
        public enum Level {
            /** Everything. */
            DEBUG,
            /** Changes of state. */
            INFO,
            /** Trouble. */
            WARN
        }
    }
}
