package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.omnisql.operator.api.NodeParameters;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.OmniSqlClusterSpec.Consensus.ReadLevel;
import io.omnisql.operator.api.SampleCluster;
import io.omnisql.operator.api.SchedulingSpec.AntiAffinity;
import io.omnisql.operator.api.TlsSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@WithApiServer
class ClusterRulesTest {
    private final KubernetesClient client;

    ClusterRulesTest(KubernetesClient client) {
        this.client = client;
    }

    private OmniSqlCluster apply(String name, String spec) {
        var resource = Serialization.unmarshal("""
                apiVersion: omnisql.io/v1alpha1
                kind: OmniSqlCluster
                metadata: {name: %s, namespace: default}
                spec: %s
                """.formatted(name, spec), GenericKubernetesResource.class);
        client.resource(resource).serverSideApply();
        return client.resources(OmniSqlCluster.class)
                .inNamespace("default")
                .withName(name)
                .require();
    }

    @Test
    void fillsInEveryDefault() {
        var spec = apply("defaults", "{storage: {size: 1Gi}}").getSpec();

        assertThat(spec.replicas()).isEqualTo(3);
        assertThat(spec.postgresql().owner()).isEqualTo("app");
        assertThat(spec.consensus().electionTimeoutMs()).isEqualTo(500);
        assertThat(spec.readers().replicas()).isZero();
        assertThat(spec.readers().readLevel()).isEqualTo(ReadLevel.local);
        assertThat(spec.readers().resources()).isNull();
        assertThat(spec.resources().postgres().memory()).isEqualTo("640Mi");
        assertThat(spec.scheduling().antiAffinity()).isEqualTo(AntiAffinity.preferred);
        assertThat(spec.networkPolicy().enabled()).isTrue();
        assertThat(spec.services().readOnly().enabled()).isTrue();
        assertThat(spec.tls().mode()).isEqualTo(TlsSpec.Mode.Operator);
        assertThat(spec.tls().certificateDays()).isEqualTo(90);
        assertThat(spec.tls().asksClients()).isFalse();
        assertThat(spec.tls().authorityDays()).isEqualTo(1825);
        assertThat(spec.rollout().progressDeadlineSeconds()).isEqualTo(600);
        assertThat(spec.recovery().autoReplace()).isTrue();
    }

    static List<Path> samples() throws IOException {
        try (var files = Files.list(Path.of("../manifests/samples"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void acceptsTheSamples(Path sample) throws IOException {
        var resource = Serialization.unmarshal(SampleCluster.clusterIn(sample), GenericKubernetesResource.class);
        resource.getMetadata().setNamespace("default");

        var stored = client.resource(resource).serverSideApply();

        assertThat(stored.getMetadata().getUid()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {replicas: 4, storage: {size: 1Gi}}                                                  | replicas must be odd
            {replicas: 11, storage: {size: 1Gi}}                                                 | less than or equal to 9
            {replicas: 0, storage: {size: 1Gi}}                                                  | greater than or equal to 1
            {replicas: 3}                                                                        | Required value
            {storage: {size: banana}}                                                            | size must be a quantity
            {storage: {size: 1Mi}}                                                               | at least 256Mi
            {storage: {size: 1Gi}, postgresql: {parameters: {fsync: 'off'}}}                     | only these of PostgreSQL's parameters
            {storage: {size: 1Gi}, postgresql: {parameters: {ssl_ciphers: x}}}                   | only these of PostgreSQL's parameters
            {storage: {size: 1Gi}, postgresql: {parameters: {max_connections: '9'}}}             | only these of PostgreSQL's parameters
            {storage: {size: 1Gi}, postgresql: {parameters: {statement_timeout: 1s}}}            | only these of PostgreSQL's parameters
            {storage: {size: 1Gi}, postgresql: {parameters: {'a.b': x}}}                         | only these of PostgreSQL's parameters
            {storage: {size: 1Gi}, postgresql: {parameters: {work_mem: '1${x}'}}}                | without '$'
            {storage: {size: 1Gi}, postgresql: {parameters: {work_mem: "1\\n2"}}}                | without '$'
            {storage: {size: 1Gi}, postgresql: {owner: omnisql}}                                 | owner must not be
            {storage: {size: 1Gi}, consensus: {electionTimeoutMs: 510}}                          | multiple of 50
            {storage: {size: 1Gi}, consensus: {defaultReadLevel: eventual}}                      | Unsupported value
            {storage: {size: 1Gi}, readers: {replicas: 21}}                                      | less than or equal to 20
            {storage: {size: 1Gi}, readers: {replicas: -1}}                                      | greater than or equal to 0
            {storage: {size: 1Gi}, readers: {readLevel: eventual}}                               | Unsupported value
            {storage: {size: 1Gi}, readers: {resources: {node: {cpu: much}}}}                    | cpu must be a quantity
            {storage: {size: 1Gi}, monitoring: {prometheusRule: {enabled: true}}}                | prometheusRule needs podMonitor
            {storage: {size: 1Gi}, resources: {node: {memory: much}}}                            | memory must be a quantity
            {storage: {size: 1Gi}, tls: {mode: Secret}}                                          | mode Secret needs it
            {storage: {size: 1Gi}, tls: {secretName: mine}}                                      | the other modes have none
            {storage: {size: 1Gi}, tls: {mode: Insecure, secretName: mine}}                      | the other modes have none
            {storage: {size: 1Gi}, tls: {mode: Secret, secretName: 'No/Name'}}                   | should match
            {storage: {size: 1Gi}, recovery: {forceNewCluster: {}}}                              | Required value
            {storage: {size: 1Gi}, recovery: {forceNewCluster: {acknowledgeDataLoss: yes}}}      | acknowledgeDataLoss
            {storage: {size: 1Gi}, recovery: {forceNewCluster: {acknowledgeDataLoss: orders}}}   | should match
            {storage: {size: 1Gi}, tls: {mode: None}}                                            | Unsupported value
            {storage: {size: 1Gi}, tls: {clientAuth: Required}}                                  | clientAuth Required needs it
            {storage: {size: 1Gi}, tls: {clientAuthoritySecretName: c}}                          | None has none
            {storage: {size: 1Gi}, tls: {mode: Insecure, clientAuth: Required, clientAuthoritySecretName: c}} | must not be Insecure
            {storage: {size: 1Gi}, tls: {clientAuth: Sometimes}}                                 | Unsupported value
            {storage: {size: 1Gi}, tls: {certificateDays: 0}}                                    | greater than or equal to 1
            {storage: {size: 1Gi}, tls: {certificateDays: 90, authorityDays: 269}}               | at least three times
            """)
    void refusesWhatCannotWorkAndSaysWhy(String spec, String message) {
        assertThatThrownBy(() -> apply("refused", spec)).hasMessageContaining(message);
    }

    @Test
    void letsThroughEveryParameterThatTheNodeTakes() {
        String all =
                NodeParameters.names().stream().map(name -> name + ": '1'").collect(Collectors.joining(", ", "{", "}"));

        var spec = apply("parameters", "{storage: {size: 1Gi}, postgresql: {parameters: %s}}".formatted(all))
                .getSpec();

        assertThat(spec.postgresql().parameters()).containsOnlyKeys(NodeParameters.names());
    }

    @Test
    void refusesANameThatIsNoHostName() {
        assertThatThrownBy(() -> apply("a.b", "{storage: {size: 1Gi}}")).hasMessageContaining("host names");
        assertThatThrownBy(() -> apply("a".repeat(41), "{storage: {size: 1Gi}}"))
                .hasMessageContaining("at most 40");
    }

    @Test
    void keepsWhatCannotChange() {
        apply("fixed", "{storage: {size: 2Gi, storageClassName: fast}, postgresql: {owner: shop}}");

        assertThatThrownBy(() ->
                        apply("fixed", "{storage: {size: 2Gi, storageClassName: slow}, postgresql: {owner: shop}}"))
                .hasMessageContaining("storageClassName cannot be changed");
        assertThatThrownBy(() -> apply("fixed", "{storage: {size: 2Gi}, postgresql: {owner: shop}}"))
                .hasMessageContaining("storageClassName cannot be changed");
        assertThatThrownBy(() -> apply("fixed", "{storage: {size: 2Gi, storageClassName: fast}}"))
                .hasMessageContaining("owner cannot be changed");
        assertThatThrownBy(() ->
                        apply("fixed", "{storage: {size: 1Gi, storageClassName: fast}, postgresql: {owner: shop}}"))
                .hasMessageContaining("storage can only grow");
    }

    @Test
    void encryptionComesAndGoesOnlyWhileNoNodeRuns() {
        apply("encrypted", "{storage: {size: 1Gi}}");

        assertThatThrownBy(() -> apply("encrypted", "{storage: {size: 1Gi}, tls: {mode: Insecure}}"))
                .hasMessageContaining("hibernate the cluster before");
        assertThatThrownBy(() -> apply("encrypted", "{storage: {size: 1Gi}, hibernate: true, tls: {mode: Insecure}}"))
                .hasMessageContaining("hibernate the cluster before");
        apply("encrypted", "{storage: {size: 1Gi}, tls: {mode: Secret, secretName: mine}}");
        apply("encrypted", "{storage: {size: 1Gi}, hibernate: true, tls: {mode: Secret, secretName: mine}}");
        apply("encrypted", "{storage: {size: 1Gi}, hibernate: true, tls: {mode: Insecure}}");
        var woken = apply("encrypted", "{storage: {size: 1Gi}, tls: {mode: Insecure}}");

        assertThat(woken.getSpec().tls().encrypted()).isFalse();
        assertThatThrownBy(() -> apply("encrypted", "{storage: {size: 1Gi}}"))
                .hasMessageContaining("hibernate the cluster before");
    }

    @Test
    void growsStorage() {
        apply("growing", "{storage: {size: 1Gi}}");

        var grown = apply("growing", "{storage: {size: 1500Mi}}");

        assertThat(grown.getSpec().storage().size()).isEqualTo("1500Mi");
    }

    @Test
    void scalesByTheScaleSubresourceToOddNumbersOnly() {
        apply("scaled", "{storage: {size: 1Gi}}");
        var clusters =
                client.resources(OmniSqlCluster.class).inNamespace("default").withName("scaled");

        clusters.scale(5);

        assertThat(clusters.require().getSpec().replicas()).isEqualTo(5);
        assertThatThrownBy(() -> clusters.scale(4)).hasMessageContaining("replicas must be odd");
    }
}
