package io.omnisql.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.omnisql.operator.GoldenFile;
import io.omnisql.operator.api.OmniSqlCluster;
import io.omnisql.operator.api.SampleCluster;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.dependent.Blueprint.Readers;
import io.omnisql.operator.dependent.Blueprint.ReleaseImages;
import io.omnisql.operator.dependent.TlsMaterial.Keyed;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterObjectsTest {
    private static Blueprint blueprint(OmniSqlCluster cluster, boolean initialized) {
        int replicas = cluster.getSpec().replicas();
        return new Blueprint(
                cluster,
                new ReleaseImages("omnisql/node:dev", "omnisql/postgres:dev"),
                replicas,
                cluster.getSpec().storage().size(),
                replicas,
                initialized,
                new Credentials("owners-password", "admins-token"),
                readers(cluster),
                tls(cluster));
    }

    private static @Nullable Readers readers(OmniSqlCluster cluster) {
        int replicas = cluster.getSpec().readers().replicas();
        return replicas == 0
                ? null
                : new Readers(replicas, cluster.getSpec().storage().size(), true);
    }

    private static @Nullable TlsMaterial tls(OmniSqlCluster cluster) {
        var since = Instant.parse("2026-01-01T00:00:00Z");
        return cluster.getSpec().tls().encrypted()
                ? new TlsMaterial(
                        new Keyed("authority", "authoritys-key"),
                        new Keyed("certificate", "certificates-key"),
                        "authorities",
                        since,
                        since)
                : null;
    }

    private static <T extends HasMetadata> T only(Blueprint blueprint, Class<T> type) {
        return ClusterObjects.of(blueprint).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-node", "three-nodes", "five-nodes", "read-replicas", "client-certificates"})
    void statesTheObjectsOfTheSamples(String sample) {
        var objects = ClusterObjects.of(blueprint(SampleCluster.of(sample + ".yaml"), false));

        String yaml = objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
        GoldenFile.check(Path.of("src/test/resources/golden", sample + ".yaml"), yaml);
    }

    @Test
    void theEndOfTheFoundingChangesNoPod() {
        var cluster = SampleCluster.of("three-nodes.yaml");

        var before = only(blueprint(cluster, false), StatefulSet.class);
        var after = only(blueprint(cluster, true), StatefulSet.class);

        assertThat(after).isEqualTo(before);
        assertThat(only(blueprint(cluster, true), ConfigMap.class).getData().get(NodeConfigMap.FILE))
                .doesNotContain("founding");
    }

    @Test
    void aParameterChangesThePodsTemplate() {
        var changed = SampleCluster.ofYaml("""
                apiVersion: omnisql.io/v1alpha1
                kind: OmniSqlCluster
                metadata: {name: orders}
                spec: {storage: {size: 2Gi}, postgresql: {parameters: {work_mem: 8MB}}}
                """);

        var before = only(blueprint(SampleCluster.of("three-nodes.yaml"), true), StatefulSet.class);
        var after = only(blueprint(changed, true), StatefulSet.class);

        assertThat(after.getSpec().getTemplate()).isNotEqualTo(before.getSpec().getTemplate());
    }

    private static Blueprint withReaders(int voters, int readers, boolean serving) {
        var cluster = SampleCluster.ofYaml("""
                apiVersion: omnisql.io/v1alpha1
                kind: OmniSqlCluster
                metadata: {name: orders}
                spec: {replicas: %d, storage: {size: 2Gi}, readers: {replicas: %d}}
                """.formatted(voters, readers));
        return new Blueprint(
                cluster,
                new ReleaseImages("omnisql/node:dev", "omnisql/postgres:dev"),
                voters,
                "2Gi",
                3,
                true,
                new Credentials("owners-password", "admins-token"),
                new Readers(readers, "2Gi", serving),
                tls(cluster));
    }

    private static Map<String, HasMetadata> byName(Blueprint blueprint) {
        return ClusterObjects.of(blueprint).stream()
                .collect(Collectors.toMap(
                        object -> object.getKind() + "/" + object.getMetadata().getName(), object -> object));
    }

    @Test
    void readReplicasChangeNoObjectButTheirOwnAndTheServiceForReads() {
        // given
        var without = byName(blueprint(SampleCluster.of("three-nodes.yaml"), true));

        for (int readers : new int[] {1, 2, 20}) {
            // when
            var with = new TreeMap<>(byName(withReaders(3, readers, true)));
            var added = new TreeMap<>(with);
            added.keySet().removeAll(without.keySet());

            // then
            with.keySet().removeAll(added.keySet());
            with.entrySet().removeAll(without.entrySet());
            assertThat(with).containsOnlyKeys("Service/orders-ro");
            assertThat(added.values())
                    .isNotEmpty()
                    .allSatisfy(
                            object -> assertThat(object.getMetadata().getName()).startsWith("orders-readers"))
                    .allSatisfy(object -> assertThat(object.getMetadata().getLabels())
                            .containsEntry("app.kubernetes.io/component", "reader"));
        }
    }

    @Test
    void readsGoToTheMembersWhileNoReadReplicaIsReady() {
        assertThat(byName(withReaders(3, 2, false)).get("Service/orders-ro"))
                .isEqualTo(byName(blueprint(SampleCluster.of("three-nodes.yaml"), true))
                        .get("Service/orders-ro"));
    }

    @Test
    void aSingleReadReplicaHasNoBudget() {
        assertThat(byName(withReaders(3, 1, true))).doesNotContainKey("PodDisruptionBudget/orders-readers");
        assertThat(byName(withReaders(3, 2, true))).containsKey("PodDisruptionBudget/orders-readers");
    }

    @Test
    void moreVotersChangeNoPodOfReadReplicas() {
        var before = byName(withReaders(3, 2, true));
        var after = byName(withReaders(5, 2, true));

        assertThat(after.get("StatefulSet/orders-readers")).isEqualTo(before.get("StatefulSet/orders-readers"));
        assertThat(after.get("ConfigMap/orders-readers-settings"))
                .isNotEqualTo(before.get("ConfigMap/orders-readers-settings"));
    }

    @Test
    void aRenewedCertificateChangesNoPod() {
        var cluster = SampleCluster.of("three-nodes.yaml");
        var since = Instant.parse("2027-01-01T00:00:00Z");
        var now = blueprint(cluster, true);
        var renewed = new Blueprint(
                cluster,
                now.images(),
                now.pods(),
                now.claimSize(),
                now.founders(),
                true,
                now.credentials(),
                null,
                new TlsMaterial(null, new Keyed("other", "other-key"), "others", since, since));

        assertThat(only(renewed, StatefulSet.class)).isEqualTo(only(now, StatefulSet.class));
    }

    @Test
    void aNodeListensInTheClearOnlyWhereTheSpecWantsIt() {
        var insecure = SampleCluster.ofYaml("""
                apiVersion: omnisql.io/v1alpha1
                kind: OmniSqlCluster
                metadata: {name: orders}
                spec: {storage: {size: 2Gi}, tls: {mode: Insecure}}
                """);

        var pod = only(blueprint(insecure, true), StatefulSet.class)
                .getSpec()
                .getTemplate()
                .getSpec();

        assertThat(pod.getContainers().getFirst().getEnv())
                .anyMatch(variable -> variable.getName().equals("OMNISQL_INSECURE")
                        && variable.getValue().equals("true"));
        assertThat(pod.getVolumes()).noneMatch(volume -> volume.getName().equals("certificate"));
        assertThat(pod.getContainers()
                        .getFirst()
                        .getReadinessProbe()
                        .getHttpGet()
                        .getScheme())
                .isNull();
        assertThat(only(blueprint(insecure, true), ConfigMap.class).getData().get(NodeConfigMap.FILE))
                .doesNotContain("tls");
        assertThat(ClusterObjects.of(blueprint(insecure, true)).stream()
                        .map(object -> object.getMetadata().getName()))
                .doesNotContain("orders-ca", "orders-tls");
    }

    @Test
    void whereClientsShowCertificatesTheirAuthoritiesAloneAreTrustedAndNoPortGoesWithout() {
        // given
        var blueprint = blueprint(SampleCluster.of("client-certificates.yaml"), true);

        // when
        var settings = only(blueprint, ConfigMap.class).getData().get(NodeConfigMap.FILE);
        var services = ClusterObjects.of(blueprint).stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast);

        // then
        assertThat(settings)
                .contains("omnisql.sql.tls-configuration-name=clients\n")
                .contains("omnisql.sql.client-certificate-required=true\n")
                .contains("quarkus.tls.clients.trust-store.pem.certs=/etc/omnisql-secrets/clients/ca.crt\n")
                .contains("omnisql.peer.tls-configuration-name=cluster\n");
        assertThat(services.flatMap(service -> service.getSpec().getPorts().stream()))
                .noneMatch(port -> port.getPort() == Ports.HTTP);
    }

    @Test
    void credentialsAreNeverPrinted() {
        var blueprint = blueprint(SampleCluster.of("one-node.yaml"), true);

        assertThat(blueprint.credentials().toString()).doesNotContain("owners-password", "admins-token");
    }
}
