package io.omnisql.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.omnisql.operator.certificate.CertificateDrawer;
import io.omnisql.operator.certificate.KeyedCertificate;
import io.omnisql.operator.certificate.Pem;
import io.omnisql.operator.certificate.UnusableCertificate;
import io.omnisql.operator.plan.Lifetime;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;

class GivenCertificateTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final List<String> HOSTS = List.of("orders.demo.svc", "orders-0.orders-peers.demo.svc");

    private final CertificateDrawer drawer = new CertificateDrawer();
    private final KeyedCertificate authority =
            drawer.authority("company", Lifetime.of(NOW.minus(Duration.ofDays(1)), Duration.ofDays(365)));
    private final KeyedCertificate certificate = drawer.certificate(
            authority,
            "orders",
            List.of("orders.demo.svc", "*.orders-peers.demo.svc"),
            Lifetime.of(NOW.minus(Duration.ofDays(1)), Duration.ofDays(90)));

    private static Secret secret(String chain, String key, String authorities) {
        Map<String, String> data = new LinkedHashMap<>(Map.of("tls.crt", chain, "tls.key", key, "ca.crt", authorities));
        data.values().removeIf(String::isEmpty);
        data.replaceAll((name, text) -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        return new SecretBuilder().withData(data).build();
    }

    private Secret good() {
        return secret(Pem.text(certificate.chain()), Pem.text(certificate.key()), Pem.text(authority.chain()));
    }

    @Test
    void takesACertificateThatNamesAllHosts() throws UnusableCertificate {
        var given = GivenCertificate.read(good(), HOSTS, NOW);

        assertThat(given.source().certificate().authority())
                .isEqualTo(given.source().authorities().getFirst().fingerprint());
    }

    @Test
    void takesKeysInTheOlderFormThatCertManagerWrites() throws Exception {
        var key = PrivateKeyInfo.getInstance(certificate.key().getEncoded());
        var older = new ECPrivateKey(
                256,
                ((java.security.interfaces.ECPrivateKey) certificate.key()).getS(),
                key.getPrivateKeyAlgorithm().getParameters());
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject("EC PRIVATE KEY", older.getEncoded()));
        }

        var given = GivenCertificate.read(
                secret(Pem.text(certificate.chain()), text.toString(), Pem.text(authority.chain())), HOSTS, NOW);

        assertThat(Pem.text(given.certificate().key())).startsWith("-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void saysWhatIsWrong() {
        String chain = Pem.text(certificate.chain());
        String key = Pem.text(certificate.key());
        String authorities = Pem.text(authority.chain());

        refused(secret(chain, key, ""), "it has no ca.crt");
        refused(secret("", key, authorities), "it has no tls.crt");
        refused(secret("noise", key, authorities), "has no certificate in PEM");
        refused(secret(chain, "-----BEGIN PRIVATE KEY-----\nnoise\n-----END PRIVATE KEY-----\n", authorities), "PEM");
        refused(secret(chain, Pem.text(authority.key()), authorities), "the key is not the certificate's");
        var stranger = drawer.authority("stranger", Lifetime.of(NOW, Duration.ofDays(9)));
        refused(secret(chain, key, Pem.text(stranger.chain())), "no authority in ca.crt vouches");
        assertThatThrownBy(() -> GivenCertificate.read(good(), List.of("orders-ro.demo.svc"), NOW))
                .hasMessageContaining("does not name orders-ro.demo.svc");
        assertThatThrownBy(() -> GivenCertificate.read(good(), HOSTS, NOW.plus(Duration.ofDays(90))))
                .hasMessageContaining("is good from");
    }

    private static void refused(Secret secret, String message) {
        assertThatThrownBy(() -> GivenCertificate.read(secret, HOSTS, NOW))
                .isInstanceOf(UnusableCertificate.class)
                .hasMessageContaining(message);
    }
}
