package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Chart;
import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.SqlSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator comes by its Helm chart, looks after a cluster, and goes without leaving anything but what is somebody's data. */
@Tag("long")
class HelmIT {
    private static final Duration GONE_MAX = Duration.ofMinutes(2);

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void whatTheChartInstallsRunsAClusterAndIsUninstalledWithoutATraceButTheData() throws Exception {
        try (Chart chart = KUBERNETES.installChart();
                Installation cluster = KUBERNETES.installOneNode()) {
            // given
            assertThat(chart.objects())
                    .contains("Deployment omnisql-operator", "CustomResourceDefinition omnisqlclusters.omnisql.io");

            // when
            Duration ready = cluster.awaitReady();
            System.out.printf(
                    "MEASURED one node by the chart's operator ready after %.1f s%n", ready.toMillis() / 1000.0);

            // then
            try (SqlSession session = cluster.connect(cluster.pods().getFirst())) {
                session.execute("CREATE TABLE note (i bigint PRIMARY KEY)");
                session.execute("INSERT INTO note SELECT generate_series(1, 100)");
                assertThat(session.query("SELECT count(*) FROM note")).containsExactly("100");
            }

            // when
            cluster.resource().delete();
            cluster.nodes().awaitNone();

            // then
            Awaitility.await()
                    .atMost(GONE_MAX)
                    .untilAsserted(() -> assertThat(cluster.objects())
                            .containsExactly(
                                    "PersistentVolumeClaim data-notes-0", "Secret notes-app", "Secret notes-ca"));

            // when
            cluster.applyAgain();
            cluster.awaitReady();
            chart.uninstall();

            // then
            Awaitility.await()
                    .atMost(GONE_MAX)
                    .untilAsserted(() -> assertThat(chart.objects())
                            .as("the definition stays, and with it all clusters")
                            .containsExactly("CustomResourceDefinition omnisqlclusters.omnisql.io"));
            assertThat(notes(cluster))
                    .as("on the volume from before, without an operator")
                    .containsExactly("100");

            // when
            chart.replace();
            cluster.resource().delete();

            // then
            cluster.nodes().awaitNone();
        }
    }

    private static List<String> notes(Installation cluster) throws SQLException {
        try (SqlSession session = cluster.connect(cluster.pods().getFirst())) {
            return session.query("SELECT count(*) FROM note");
        }
    }
}
