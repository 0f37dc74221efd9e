package io.omnisql.operator.dependent;

import io.omnisql.operator.api.OmniSqlCluster;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Names, labels and addresses of a cluster's objects. Most of them can never change: a StatefulSet keeps them for its life. */
public record Names(String namespace, String cluster) {
    /** Label with the cluster's name, by which its objects are found. */
    public static final String INSTANCE = "app.kubernetes.io/instance";

    /** Label that tells the kind of software. */
    public static final String SOFTWARE = "app.kubernetes.io/name";

    /** Label that tells who keeps an object. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** What is written in the label {@link #MANAGED_BY}, and the name of the operator's own pods. */
    public static final String OPERATOR = "omnisql-operator";

    /** Name of a node's volume in its pod. */
    public static final String VOLUME = "data";

    /** Names of that resource. */
    public static Names of(OmniSqlCluster cluster) {
        return new Names(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    }

    /** The headless Service that gives pods their host names. */
    public String peers() {
        return cluster + "-peers";
    }

    /** The Service for local reads. */
    public String readOnly() {
        return cluster + "-ro";
    }

    /** The ConfigMap with the nodes' settings. */
    public String settings() {
        return cluster + "-settings";
    }

    /** The Secret that tells clients how to connect. */
    public String connection() {
        return cluster + "-app";
    }

    /** The Secret with which the operator talks to nodes. */
    public String adminToken() {
        return cluster + "-admin-token";
    }

    /** The objects for the Prometheus operator. */
    public String monitoring() {
        return cluster + "-nodes";
    }

    /** The pod with that ordinal. */
    public String pod(int ordinal) {
        return cluster + "-" + ordinal;
    }

    /** Where peers reach the node in that pod: a name, never an IP address, because pods come back with other ones. */
    public String peerAddress(String pod) {
        return "%s.%s.%s.svc:%d".formatted(pod, peers(), namespace, Ports.PEER);
    }

    /** Host name of a Service. */
    public String host(String service) {
        return "%s.%s.svc".formatted(service, namespace);
    }

    /** Labels by which pods are selected. */
    public Map<String, String> selector() {
        return new TreeMap<>(Map.of(SOFTWARE, "omnisql", INSTANCE, cluster, "app.kubernetes.io/component", "node"));
    }

    /** The selector as the scale subresource wants it. */
    public String selectorText() {
        return selector().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }

    /** Labels of every object. */
    public Map<String, String> labels() {
        var labels = selector();
        labels.put(MANAGED_BY, OPERATOR);
        return labels;
    }
}
