package io.omnisql.operator.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.omnisql.operator.api.Condition;
import io.omnisql.operator.api.OmniSqlClusterStatus;
import io.omnisql.operator.certificate.CertificateDrawer;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.plan.Lifetime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Certificates at a real API server; the played nodes show what their Secret holds, and the operator verifies it. */
@WithApiServer
class CertificatesTest {
    private static final Duration SIXTY_ONE_DAYS = Duration.ofDays(61);

    private final KubernetesClient client;

    CertificatesTest(KubernetesClient client) {
        this.client = client;
    }

    private static Predicate<OmniSqlClusterStatus> reason(String reason) {
        return status -> RunningOperator.condition(status, Condition.CERTIFICATES_VALID)
                .filter(condition -> condition.reason().equals(reason))
                .isPresent();
    }

    private List<String> pods(RunningOperator operator) {
        return client.pods().inNamespace(operator.namespace()).list().getItems().stream()
                .map(HasMetadata::getMetadata)
                .map(metadata -> metadata.getUid())
                .sorted()
                .toList();
    }

    private static String text(RunningOperator operator, String secret, String key) {
        return new String(
                Base64.getDecoder()
                        .decode(operator.secret(secret).require().getData().get(key)),
                StandardCharsets.UTF_8);
    }

    @Test
    void aCertificateIsRenewedInTimeAndNoPodIsMadeAnew() throws IOException {
        var clock = new MovableClock(SIXTY_ONE_DAYS);
        try (var operator = new RunningOperator(client, true, clock)) {
            // given
            operator.apply("{replicas: 3, storage: {size: 1Gi}}");
            operator.awaitReady(3);
            String first = text(operator, "db-tls", "tls.crt");
            var pods = pods(operator);
            assertThat(text(operator, "db-app", "ca.crt"))
                    .isEqualTo(text(operator, "db-tls", "ca.crt"))
                    .isEqualTo(text(operator, "db-ca", "tls.crt"));
            assertThat(text(operator, "db-app", "uri")).contains("?sslmode=verify-full&sslrootcert=");

            // when
            clock.set(Duration.ZERO);

            // then
            await().atMost(RunningOperator.PATIENCE)
                    .until(() -> !text(operator, "db-tls", "tls.crt").equals(first));
            await().atMost(RunningOperator.PATIENCE)
                    .until(() -> operator.events().contains("CertificateRenewed"));
            operator.awaitReady(3);
            assertThat(pods(operator)).isEqualTo(pods);
            assertThat(text(operator, "db-tls", "ca.crt")).isEqualTo(text(operator, "db-ca", "tls.crt"));
            assertThat(operator.events().stream().filter("CertificateRenewed"::equals))
                    .hasSize(1);
        }
    }

    @Test
    void certificatesOfAPausedClusterAreRenewedAndNothingElseIsChanged() throws IOException {
        var clock = new MovableClock(Duration.ofDays(183));
        try (var operator = new RunningOperator(client, true, clock)) {
            // given a certificate and an authority that will be due on the same day
            String spec = "{replicas: 1, storage: {size: 1Gi}, tls: {authorityDays: 270}, paused: %s}";
            operator.apply(spec.formatted(false));
            await().atMost(RunningOperator.PATIENCE)
                    .until(() -> operator.secret("db-tls").get() != null);
            clock.set(Duration.ofDays(63));
            operator.awaitReady(1);
            String certificate = text(operator, "db-tls", "tls.crt");
            String authority = text(operator, "db-ca", "tls.crt");

            // when
            operator.apply(spec.formatted("true, postgresql: {parameters: {work_mem: 8MB}}"));
            operator.awaitStatus(status -> "Paused".equals(status.phase()));
            var before = withoutCertificates(operator.versions());
            clock.set(Duration.ofDays(2));

            // then the new authority is known before it signs
            await().atMost(RunningOperator.PATIENCE)
                    .until(() -> !text(operator, "db-ca", "tls.crt").equals(authority));
            String both = authority + text(operator, "db-ca", "tls.crt");
            await().atMost(RunningOperator.PATIENCE)
                    .until(() -> text(operator, "db-tls", "ca.crt").equals(both));
            assertThat(text(operator, "db-app", "ca.crt")).isEqualTo(both);
            assertThat(text(operator, "db-tls", "tls.crt")).isEqualTo(certificate);

            // when
            clock.set(Duration.ZERO);

            // then
            await().atMost(RunningOperator.PATIENCE)
                    .until(() -> !text(operator, "db-tls", "tls.crt").equals(certificate));
            assertThat(operator.events()).contains("AuthorityRenewed");
            assertThat(withoutCertificates(operator.versions())).isEqualTo(before);
        }
    }

    private static Map<String, String> withoutCertificates(Map<String, String> versions) {
        var others = new TreeMap<>(versions);
        others.keySet().removeAll(List.of("cluster", "Secret/db-ca", "Secret/db-tls", "Secret/db-app"));
        return others;
    }

    @Test
    void aClusterWaitsForAnOwnSecretAndSaysWhatIsWrongWithIt() throws IOException {
        try (var operator = new RunningOperator(client, true, Clock.systemUTC())) {
            // given
            operator.apply("{replicas: 1, storage: {size: 1Gi}, tls: {mode: Secret, secretName: mine}}");
            operator.awaitStatus(reason("SecretMissing"));

            // when
            give(operator, List.of("db." + operator.namespace() + ".svc"));
            operator.awaitStatus(reason("SecretInvalid"));
            assertThat(operator.events()).contains("CertificateSecretMissing");
            assertThat(client.apps()
                            .statefulSets()
                            .inNamespace(operator.namespace())
                            .list()
                            .getItems())
                    .isEmpty();
            give(
                    operator,
                    List.of(
                            "db." + operator.namespace() + ".svc",
                            "db-ro." + operator.namespace() + ".svc",
                            "*.db-peers." + operator.namespace() + ".svc"));

            // then
            operator.awaitReady(1);
            operator.awaitStatus(reason("Valid"));
            assertThat(text(operator, "db-tls", "tls.crt")).isEqualTo(text(operator, "mine", "tls.crt"));
            assertThat(operator.secret("db-ca").get()).isNull();

            // when
            operator.secret("mine").delete();

            // then
            operator.awaitStatus(reason("SecretMissing"));
            operator.awaitReady(1);
        }
    }

    @Test
    void podsAreNotTouchedBeforeTheAuthoritiesOfClientsAreThere() throws IOException {
        try (var operator = new RunningOperator(client, true, Clock.systemUTC())) {
            // given
            operator.apply("{replicas: 1, storage: {size: 1Gi}}");
            operator.awaitReady(1);
            var pods = pods(operator);
            String asking =
                    "{replicas: 1, storage: {size: 1Gi}, tls: {clientAuth: Required, clientAuthoritySecretName: clients}}";

            // when
            operator.apply(asking);
            operator.awaitStatus(reason("ClientSecretMissing"));
            giveClients(operator, "no certificate");
            operator.awaitStatus(reason("ClientSecretInvalid"));

            // then
            assertThat(pods(operator)).isEqualTo(pods);
            assertThat(settings(operator)).doesNotContain("client-certificate-required");

            // when
            var lifetime = Lifetime.of(Instant.now().minusSeconds(60), Duration.ofDays(30));
            giveClients(
                    operator,
                    Pem.text(new CertificateDrawer()
                            .authority("clients", lifetime)
                            .chain()));
            operator.awaitStatus(reason("Valid"));

            // then
            await().atMost(RunningOperator.PATIENCE)
                    .untilAsserted(() -> assertThat(pods(operator)).isNotEqualTo(pods));
            operator.awaitReady(1);
            assertThat(settings(operator)).contains("omnisql.sql.client-certificate-required=true");
        }
    }

    private String settings(RunningOperator operator) {
        return client.configMaps()
                .inNamespace(operator.namespace())
                .withName("db-settings")
                .require()
                .getData()
                .getOrDefault("node.properties", "");
    }

    private void giveClients(RunningOperator operator, String authorities) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("clients")
                        .withNamespace(operator.namespace())
                        .endMetadata()
                        .withData(Map.of("ca.crt", encoded(authorities)))
                        .build())
                .serverSideApply();
    }

    private void give(RunningOperator operator, List<String> hosts) {
        var drawer = new CertificateDrawer();
        var lifetime = Lifetime.of(Instant.now().minusSeconds(60), Duration.ofDays(30));
        var authority = drawer.authority("company", lifetime);
        var certificate = drawer.certificate(authority, "db", hosts, lifetime);
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("mine")
                        .withNamespace(operator.namespace())
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .withData(Map.of(
                                "tls.crt", encoded(Pem.text(certificate.chain())),
                                "tls.key", encoded(Pem.text(certificate.key())),
                                "ca.crt", encoded(Pem.text(authority.chain()))))
                        .build())
                .serverSideApply();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aClusterThatShallTalkInTheClearHasNoCertificates() throws IOException {
        try (var operator = new RunningOperator(client, false, Clock.systemUTC())) {
            operator.apply("{replicas: 1, storage: {size: 1Gi}, tls: {mode: Insecure}}");

            var status = operator.awaitReady(1);

            assertThat(reason("Insecure").test(status)).isTrue();
            assertThat(operator.secret("db-tls").get()).isNull();
            assertThat(operator.secret("db-ca").get()).isNull();
            assertThat(operator.secret("db-app").require().getData()).doesNotContainKey("ca.crt");
            assertThat(text(operator, "db-app", "uri")).doesNotContain("sslmode");
        }
    }
}
