package io.omnisql.operator.dependent;

import io.omnisql.operator.api.OmniSqlCluster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    private static final String COMPONENT = "app.kubernetes.io/component";
    private static final String CLUSTER_DOMAIN = ".cluster.local";
    private static final String LOCALHOST = "localhost";

    /** Names of that resource. */
    public static Names of(OmniSqlCluster cluster) {
        return new Names(
                cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    }

    /** The headless Service that gives pods their host names. */
    public String peers() {
        return cluster + "-peers";
    }

    /** The StatefulSet, and the PodDisruptionBudget, of the read replicas. */
    public String readers() {
        return cluster + "-readers";
    }

    /** The Service for local reads. */
    public String readOnly() {
        return cluster + "-ro";
    }

    /** The ConfigMap with the members' settings. */
    public String settings() {
        return cluster + "-settings";
    }

    /** The ConfigMap with the settings of nodes of that role. */
    String settings(Role role) {
        return switch (role) {
            case MEMBER -> settings();
            case READER -> readers() + "-settings";
        };
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

    /** The Secret with the operator's authority for this cluster. */
    public String authority() {
        return cluster + "-ca";
    }

    /** The Secret with the nodes' certificate. */
    public String certificate() {
        return cluster + "-tls";
    }

    /** The pod with that ordinal. */
    public String pod(int ordinal) {
        return cluster + "-" + ordinal;
    }

    /** Where peers reach the node in that pod: a name, never an IP address, because pods come back with other ones. */
    public String peerAddress(String pod) {
        return peerHost(pod) + ":" + Ports.PEER;
    }

    /** Host name of that pod. */
    public String peerHost(String pod) {
        return "%s.%s.%s.svc".formatted(pod, peers(), namespace);
    }

    /**
     * All hosts that a node may show itself as: those of the Services, as short as clients write them, those of the pods, and whoever forwards
     * a port. The number of nodes is not in it: the same certificate is good after scaling.
     */
    public List<String> certified() {
        var services = Stream.of(cluster, readOnly())
                .flatMap(service ->
                        Stream.of(service, service + "." + namespace, host(service), host(service) + CLUSTER_DOMAIN));
        var pods = Stream.of(peerHost("*"), peerHost("*") + CLUSTER_DOMAIN, LOCALHOST);
        return Stream.concat(services, pods).sorted().toList();
    }

    /** Host name of a Service. */
    public String host(String service) {
        return "%s.%s.svc".formatted(service, namespace);
    }

    /** Labels by which the members' pods and volumes are selected, and no read replica's. */
    public Map<String, String> selector() {
        return selector(Role.MEMBER);
    }

    /** Labels by which the read replicas' pods and volumes are selected. */
    public Map<String, String> readerSelector() {
        return selector(Role.READER);
    }

    /** Labels by which pods of that role are selected. */
    Map<String, String> selector(Role role) {
        var labels = everyNode();
        labels.put(COMPONENT, role.component());
        return labels;
    }

    /** Labels that the pods of all nodes have, read replicas, too. */
    Map<String, String> everyNode() {
        return new TreeMap<>(Map.of(SOFTWARE, "omnisql", INSTANCE, cluster));
    }

    /** The selector as the scale subresource wants it. */
    public String selectorText() {
        return selector().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }

    /** Labels of every object but the read replicas' own. */
    public Map<String, String> labels() {
        return labels(Role.MEMBER);
    }

    /** Labels of the objects of nodes of that role. */
    Map<String, String> labels(Role role) {
        var labels = selector(role);
        labels.put(MANAGED_BY, OPERATOR);
        return labels;
    }
}
