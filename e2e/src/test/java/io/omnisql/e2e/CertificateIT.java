package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.SqlSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A renewed certificate is what clients see, without a restart, while they write; sessions from before go on. */
@Tag("long")
class CertificateIT {
    /** The kubelet brings a changed Secret into pods within about a minute and a half; nodes read it again every thirty seconds. */
    private static final Duration SHOWN_MAX = Duration.ofMinutes(4);

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        Installation cluster = KUBERNETES.shared();
        var pods = cluster.nodes().uids();
        List<String> before = serialNumbers(cluster);
        assertThat(before).as("all nodes show the same certificate").hasSize(1);

        try (SqlSession session = cluster.connect(cluster.pods().getFirst())) {
            UnderLoad.run(cluster, "certificate renewed and shown", load -> {
                long start = System.nanoTime();
                cluster.deleteCertificate();
                Awaitility.await()
                        .atMost(SHOWN_MAX)
                        .pollInterval(Duration.ofSeconds(2))
                        .until(() -> serialNumbers(cluster), seen -> seen.size() == 1 && !seen.equals(before));
                return load.readySince(start);
            });
            assertThat(session.query("SELECT 1")).as("a session from before").containsExactly("1");
        }

        assertThat(cluster.nodes().uids()).as("no pod was made anew").isEqualTo(pods);
    }

    private static List<String> serialNumbers(Installation cluster) throws IOException {
        var shown = new TreeMap<String, String>();
        for (String pod : cluster.pods()) {
            shown.put(pod, cluster.serialNumber(pod));
        }
        return shown.values().stream().distinct().toList();
    }
}
