package io.omnisql.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.omnisql.operator.GoldenFile;
import io.omnisql.operator.api.SampleCluster;
import io.omnisql.operator.dependent.Blueprint.Credentials;
import io.omnisql.operator.dependent.Blueprint.ReleaseImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class MonitoringObjectsTest {
    private static final Path ALERTS = Path.of("../compose/prometheus/alerts.yml");
    private static final Path DASHBOARD = Path.of("../compose/grafana/dashboards/omnisql.json");
    private static final Path NODE = Path.of("../node/src/main/java");

    private static Blueprint blueprint(String more) {
        var cluster = SampleCluster.ofYaml("""
                apiVersion: omnisql.io/v1alpha1
                kind: OmniSqlCluster
                metadata: {name: orders}
                spec: {storage: {size: 2Gi}, %s}
                """.formatted(more));
        return new Blueprint(
                cluster,
                new ReleaseImages("node", "postgres"),
                3,
                "2Gi",
                3,
                true,
                new Credentials("owner", "admin"),
                null,
                null);
    }

    private static List<String> kinds(String more) {
        return MonitoringObjects.of(blueprint(more)).stream()
                .map(object -> object.getKind())
                .toList();
    }

    @Test
    void statesThePodMonitorAndTheAlerts() {
        var blueprint = blueprint(
                "monitoring: {podMonitor: {enabled: true, labels: {release: prometheus}}, prometheusRule: {enabled: true}}");

        String yaml = MonitoringObjects.of(blueprint).stream()
                .map(Serialization::asYaml)
                .collect(Collectors.joining());
        yaml += MetricsNetworkPolicy.desired(blueprint)
                .map(Serialization::asYaml)
                .orElseThrow();

        GoldenFile.check(Path.of("src/test/resources/golden", "monitoring.yaml"), yaml);
    }

    @Test
    void statesNothingUnlessAsked() {
        assertThat(kinds("replicas: 3")).isEmpty();
        assertThat(kinds("monitoring: {podMonitor: {enabled: true}}")).containsExactly("PodMonitor");
        assertThat(MetricsNetworkPolicy.desired(blueprint("replicas: 3"))).isEmpty();
    }

    @Test
    void aClusterThatHibernatesAlertsNobody() {
        assertThat(kinds("hibernate: true, monitoring: {podMonitor: {enabled: true}, prometheusRule: {enabled: true}}"))
                .containsExactly("PodMonitor");
    }

    @Test
    void foreignLabelsDoNotHideAnObjectFromTheOperator() {
        var stolen = blueprint(
                "monitoring: {podMonitor: {enabled: true, labels: {app.kubernetes.io/managed-by: somebody}}}");

        assertThat(MonitoringObjects.of(stolen).getFirst().getMetadata().getLabels())
                .containsEntry(Names.MANAGED_BY, Names.OPERATOR);
    }

    @Test
    void everyMetricIsAskedOfThatClusterOnly() {
        var names = new Names("shop", "orders");

        String cluster = "namespace=\"shop\",app_kubernetes_io_instance=\"orders\"";
        assertThat(AlertRules.narrowed("sum(omnisql_leader) != 1 or absent(omnisql_leader)", names))
                .isEqualTo("sum(omnisql_leader{%1$s}) != 1 or absent(omnisql_leader{%1$s})".formatted(cluster));
        assertThat(AlertRules.narrowed("up{job=\"omnisql\"} == 0", names))
                .isEqualTo("up{%s,job=\"omnisql\"} == 0".formatted(cluster));
    }

    @Test
    void allAlertsOfTheFileAreThere() throws IOException {
        long inFile = Files.readAllLines(ALERTS).stream()
                .filter(line -> line.strip().startsWith("- alert:"))
                .count();

        var groups = AlertRules.of(new Names("shop", "orders"));

        assertThat(inFile).isPositive();
        assertThat(groups)
                .singleElement()
                .satisfies(group -> assertThat(group.get("rules"))
                        .asInstanceOf(InstanceOfAssertFactories.LIST)
                        .hasSize((int) inFile));
    }

    /** Micrometer makes underscores of dots, and appends the unit and the kind. */
    @Test
    void alertsAskForMetricsThatTheNodeHas() throws IOException {
        String alerts = Files.readAllLines(ALERTS).stream()
                .filter(line -> line.strip().startsWith("expr:"))
                .collect(Collectors.joining("\n"));
        var asked = Pattern.compile("omnisql_[a-z_]+")
                .matcher(alerts)
                .results()
                .map(MatchResult::group)
                .map(metric ->
                        metric.replaceAll("_(bucket|total|count|sum)$", "").replaceAll("_seconds$", ""))
                .collect(Collectors.toSet());

        String node;
        try (var files = Files.walk(NODE)) {
            node = files.filter(file -> file.toString().endsWith(".java"))
                    .map(MonitoringObjectsTest::read)
                    .collect(Collectors.joining());
        }

        assertThat(asked)
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(node).contains("\"" + metric.replace('_', '.') + "\""));
    }

    /** A learner knows as decided only what it was given, so that it never seems to be behind by its own indexes. */
    @Test
    void alertAndDashboardTellTheLagThatReadReplicasHaveToo() {
        for (Path file : List.of(ALERTS, DASHBOARD)) {
            assertThat(read(file))
                    .contains("omnisql_lag_entries")
                    .doesNotContain("omnisql_decided_index - omnisql_applied_index");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
