package io.omnisql.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnisql.e2e.support.ClientAuthority;
import io.omnisql.e2e.support.Installation;
import io.omnisql.e2e.support.OnKubernetes;
import io.omnisql.e2e.support.SqlSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Only who shows a certificate of the given authority gets in, at every node; another authority is followed without a restart. */
@Tag("long")
class ClientCertificateIT {
    private static final String SECRET = "orders-clients";

    /** The kubelet brings a changed Secret into pods within about a minute and a half; nodes read it again every thirty seconds. */
    private static final Duration FOLLOWED_MAX = Duration.ofMinutes(4);

    @RegisterExtension
    static final OnKubernetes KUBERNETES = new OnKubernetes();

    @Test
    void clientsShowCertificatesOfTheGivenAuthorityWhichMayChange() throws Exception {
        try (Installation cluster = KUBERNETES.install();
                ClientAuthority first = ClientAuthority.make("first");
                ClientAuthority second = ClientAuthority.make("second")) {
            // given
            cluster.awaitReady();
            cluster.psql().query("CREATE TABLE guarded (i bigint PRIMARY KEY)");
            cluster.secret(SECRET, "ca.crt", first.certificate());

            // when
            cluster.resource().change("tls: {clientAuth: Required, clientAuthoritySecretName: " + SECRET + "}");
            cluster.awaitReady();

            // then
            assertLetsIn(cluster, first);
            assertRefuses(cluster, second);
            for (String pod : cluster.pods()) {
                assertThatThrownBy(() -> cluster.connect(pod).close())
                        .as("without a certificate at %s", pod)
                        .isInstanceOf(SQLException.class)
                        .hasStackTraceContaining("certificate_required");
            }
            assertThat(cluster.psql().refusal()).as("psql without one").contains("certificate required");

            // when
            var pods = cluster.nodes().uids();
            cluster.secret(SECRET, "ca.crt", second.certificate());
            await(() -> letsInEverywhere(cluster, second));
            await(() -> !letsInAnywhere(cluster, first));

            // then
            assertLetsIn(cluster, second);
            assertRefuses(cluster, first);
            assertThat(cluster.nodes().uids()).as("no pod was made anew").isEqualTo(pods);
        }
    }

    private static void await(BooleanSupplier condition) {
        Awaitility.await()
                .atMost(FOLLOWED_MAX)
                .pollInterval(Duration.ofSeconds(2))
                .until(condition::getAsBoolean);
    }

    private static boolean letsInEverywhere(Installation cluster, ClientAuthority authority) {
        return cluster.pods().stream().allMatch(pod -> letsIn(cluster, pod, authority));
    }

    private static boolean letsInAnywhere(Installation cluster, ClientAuthority authority) {
        return cluster.pods().stream().anyMatch(pod -> letsIn(cluster, pod, authority));
    }

    private static boolean letsIn(Installation cluster, String pod, ClientAuthority authority) {
        try (SqlSession session = cluster.connect(pod, authority)) {
            return session.query("SELECT 1").equals(List.of("1"));
        } catch (SQLException e) {
            return false;
        }
    }

    private static void assertLetsIn(Installation cluster, ClientAuthority authority) throws SQLException {
        for (String pod : cluster.pods()) {
            try (SqlSession session = cluster.connect(pod, authority)) {
                assertThat(session.query("SELECT count(*) FROM guarded"))
                        .as("with a certificate of %s at %s", authority, pod)
                        .containsExactly("0");
            }
        }
    }

    private static void assertRefuses(Installation cluster, ClientAuthority authority) {
        for (String pod : cluster.pods()) {
            assertThatThrownBy(() -> cluster.connect(pod, authority).close())
                    .as("with a certificate of %s at %s", authority, pod)
                    .isInstanceOf(SQLException.class)
                    .hasStackTraceContaining("certificate");
        }
    }
}
