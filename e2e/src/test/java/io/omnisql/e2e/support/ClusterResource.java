package io.omnisql.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The {@code OmniSqlCluster}: what is wanted, and what the operator tells of it. */
public final class ClusterResource {
    private static final Duration TOLD_MAX = Duration.ofMinutes(5);

    /** Other events tell what was seen. */
    private static final Set<String> STEPS = Set.of(
            "KeepPods",
            "DeletePod",
            "DeleteClaim",
            "Join",
            "Retire",
            "Reconfigure",
            "HandOver",
            "GrowClaim",
            "RenewPodSet");

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    ClusterResource(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    private Resource<GenericKubernetesResource> resource() {
        return client.genericKubernetesResources("omnisql.io/v1alpha1", "OmniSqlCluster")
                .inNamespace(namespace)
                .withName(name);
    }

    /** As {@code kubectl patch} does it: the fields of the spec, in YAML, that shall be otherwise. */
    public void change(String spec) {
        resource().patch(PatchContext.of(PatchType.JSON_MERGE), "spec: {" + spec + "}");
    }

    /** As {@code kubectl scale} does it. */
    public void scale(int replicas) {
        resource().scale(replicas);
    }

    /** As {@code kubectl delete} does it; returns when it is gone. */
    public void delete() {
        var resource = resource();
        resource.delete();
        resource.waitUntilCondition(Objects::isNull, TOLD_MAX.toSeconds(), TimeUnit.SECONDS);
    }

    /** What is told is about that which is wanted now: so many voters, nothing under way. */
    void assertReady(int voters) {
        assertThat(status("observedGeneration"))
                .isEqualTo(resource().get().getMetadata().getGeneration().toString());
        assertThat(status("replicas")).isEqualTo(Integer.toString(voters));
        assertThat(condition("Ready", "status")).isEqualTo("True");
        assertThat(condition("Progressing", "status")).isEqualTo("False");
    }

    /** So many read replicas are there and ready, or none is told of. */
    void assertReaders(int readers) {
        assertThat(status("observedGeneration"))
                .isEqualTo(resource().get().getMetadata().getGeneration().toString());
        if (readers == 0) {
            assertThat(resource().get().<Object>get("status", "readers")).isNull();
            return;
        }
        assertThat(condition("ReadersReady", "status")).isEqualTo("True");
        assertThat(resource().get().<Map<String, Object>>get("status", "readers"))
                .isEqualTo(Map.of("replicas", readers, "readyReplicas", readers));
    }

    /** One field of the status as text. */
    private String status(String field) {
        return String.valueOf(resource().get().<Object>get("status", field));
    }

    /** The cluster's own name. */
    public String clusterUid() {
        return status("clusterUid");
    }

    /** Returns when the operator has told that. */
    public void awaitEvent(String reason) {
        Awaitility.await().atMost(TOLD_MAX).until(() -> told().contains(reason));
    }

    /** Members of the protocol by their pods. */
    public Map<String, String> members() {
        List<Map<String, Object>> members = resource().get().get("status", "members");
        return members.stream()
                .filter(member -> member.get("memberId") != null)
                .collect(Collectors.toMap(
                        member -> String.valueOf(member.get("pod")), member -> String.valueOf(member.get("memberId"))));
    }

    /** The member that lives in that pod; an empty text when none is known. */
    public String member(String pod) {
        return members().getOrDefault(pod, "");
    }

    /** Returns when another member than that lives in the pod. */
    public void awaitAnotherMember(String pod, String memberId) {
        Awaitility.await()
                .atMost(TOLD_MAX)
                .ignoreExceptions()
                .until(() -> !member(pod).isEmpty() && !member(pod).equals(memberId));
    }

    private String condition(String type, String field) {
        List<Map<String, Object>> conditions = resource().get().get("status", "conditions");
        return conditions.stream()
                .filter(condition -> type.equals(condition.get("type")))
                .map(condition -> String.valueOf(condition.get(field)))
                .findFirst()
                .orElse("Unknown");
    }

    /** Returns when that field of that condition is so. */
    public void awaitCondition(String type, String field, String value) {
        Awaitility.await()
                .atMost(TOLD_MAX)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(condition(type, field)).isEqualTo(value));
    }

    /** The steps that the operator told to have done, in no order. */
    public List<String> steps() {
        return told().stream().filter(STEPS::contains).toList();
    }

    private List<String> told() {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> "omnisql-operator".equals(event.getReportingController()))
                .map(event -> event.getReason())
                .toList();
    }
}
