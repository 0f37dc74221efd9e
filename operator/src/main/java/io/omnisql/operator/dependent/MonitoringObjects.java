package io.omnisql.operator.dependent;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.omnisql.operator.api.MonitoringSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Objects for the Prometheus operator. Their kinds are not Kubernetes' own: an API server may not know them. */
public final class MonitoringObjects {
    /** Group and version of the kinds. */
    public static final String API = "monitoring.coreos.com/v1";

    /** Tells a Prometheus which pods to read. */
    public static final String POD_MONITOR = "PodMonitor";

    /** Tells it what to alert about. */
    public static final String PROMETHEUS_RULE = "PrometheusRule";

    /** All kinds. */
    public static final List<String> KINDS = List.of(POD_MONITOR, PROMETHEUS_RULE);

    private MonitoringObjects() {}

    /** Those that shall exist. A cluster that hibernates has no leader, which is nothing to be told about. */
    public static List<GenericKubernetesResource> of(Blueprint blueprint) {
        var wanted = blueprint.spec().monitoring();
        Stream<GenericKubernetesResource> monitor =
                wanted.podMonitor().enabled() ? Stream.of(podMonitor(blueprint)) : Stream.empty();
        boolean alerts = wanted.prometheusRule().enabled() && !blueprint.spec().hibernate();
        return Stream.concat(monitor, alerts ? Stream.of(rule(blueprint)) : Stream.empty())
                .toList();
    }

    /** Kinds that the spec asks for. */
    public static List<String> kindsFor(MonitoringSpec wanted) {
        return KINDS.stream()
                .filter(kind -> kind.equals(POD_MONITOR)
                        ? wanted.podMonitor().enabled()
                        : wanted.prometheusRule().enabled())
                .toList();
    }

    /** The job is named as in compose.yaml, and a node by its pod, whose address changes: alerts and dashboards go by these labels. */
    private static GenericKubernetesResource podMonitor(Blueprint blueprint) {
        var instance = sorted(Map.of(
                "sourceLabels", List.of("__meta_kubernetes_pod_name"), "targetLabel", "instance", "action", "replace"));
        var endpoint = sorted(
                Map.of("port", "admin", "path", "/q/metrics", "interval", "15s", "relabelings", List.of(instance)));
        if (blueprint.encrypted()) {
            endpoint.put("scheme", "https");
            endpoint.put("tlsConfig", tlsOf(blueprint.names()));
        }
        var spec = sorted(Map.of(
                "selector", Map.of("matchLabels", blueprint.names().everyNode()),
                "jobLabel", Names.SOFTWARE,
                "podTargetLabels", List.of(Names.INSTANCE),
                "podMetricsEndpoints", List.of(endpoint)));
        return resource(blueprint, POD_MONITOR, blueprint.spec().monitoring().podMonitor(), spec);
    }

    /** Pods are called by address, so the name that their certificate must hold is told. */
    private static Map<String, Object> tlsOf(Names names) {
        var authority = sorted(Map.of("name", names.connection(), "key", "ca.crt"));
        return sorted(Map.of("ca", Map.of("secret", authority), "serverName", names.host(names.cluster())));
    }

    /** A map without an order of its own would be another text in every process. */
    private static Map<String, Object> sorted(Map<String, Object> fields) {
        return new TreeMap<>(fields);
    }

    private static GenericKubernetesResource rule(Blueprint blueprint) {
        var spec = Map.<String, Object>of("groups", AlertRules.of(blueprint.names()));
        return resource(
                blueprint, PROMETHEUS_RULE, blueprint.spec().monitoring().prometheusRule(), spec);
    }

    private static GenericKubernetesResource resource(
            Blueprint blueprint, String kind, MonitoringSpec.Item item, Map<String, Object> spec) {
        var metadata = blueprint.owned(blueprint.names().monitoring());
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(API)
                .withKind(kind)
                // Last, so that nobody takes the labels away by which the operator finds its own.
                .withMetadata(new ObjectMetaBuilder(metadata)
                        .withLabels(item.labels())
                        .addToLabels(metadata.getLabels())
                        .build())
                .withAdditionalProperties(Map.of("spec", spec))
                .build();
    }
}
