package io.omnisql.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.smallrye.certs.PemCertificateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are given a certificate by their settings, and a new one in the same files: for clients, and among themselves. */
class EncryptionIT {
    @TempDir
    static Path folder;

    private static PemCertificateFiles certificate(String name) throws Exception {
        Path where = Files.createDirectories(folder.resolve(name));
        return (PemCertificateFiles) new CertificateGenerator(where, true)
                .generate(new CertificateRequest()
                        .withName("sql")
                        .withFormat(Format.PEM)
                        .withCN("localhost")
                        .withSubjectAlternativeName("IP:127.0.0.1"))
                .getFirst();
    }

    /** By renames, as a file system shows a new version of a mounted secret. */
    private static void install(PemCertificateFiles files) throws Exception {
        for (Path file : List.of(files.keyFile(), files.certFile())) {
            Path copy = Files.copy(file, folder.resolve(file.getFileName() + ".new"));
            Files.move(copy, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Connection connect(TestCluster cluster, String mode, PemCertificateFiles trusted)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "app");
        properties.setProperty("password", TestCluster.PASSWORD);
        properties.setProperty("sslmode", mode);
        properties.setProperty("sslrootcert", trusted.trustFile().toString());
        return DriverManager.getConnection(cluster.node(1).jdbcUrl(), properties);
    }

    @Test
    void theCertificateIsServedAndRenewedWithoutARestartAndLetsAReadReplicaIn() throws Exception {
        PemCertificateFiles first = certificate("first");
        PemCertificateFiles second = certificate("second");
        install(first);
        // Nodes trust both from the beginning: they take up the new certificate one after the other.
        Path trusted = Files.writeString(
                folder.resolve("trusted.crt"),
                Files.readString(first.trustFile()) + Files.readString(second.trustFile()));
        Path settings = Files.writeString(folder.resolve("tls.properties"), """
                omnisql.sql.tls-configuration-name=sql
                omnisql.peer.tls-configuration-name=sql
                quarkus.tls.sql.trust-store.pem.certs=%s
                quarkus.tls.sql.key-store.pem.0.cert=%s
                quarkus.tls.sql.key-store.pem.0.key=%s
                quarkus.tls.sql.reload-period=1s
                """.formatted(
                        trusted,
                        folder.resolve(first.certFile().getFileName()),
                        folder.resolve(first.keyFile().getFileName())));
        try (TestCluster cluster =
                        TestCluster.start(folder, 3, Map.of("SMALLRYE_CONFIG_LOCATIONS", settings.toString()));
                Connection old = connect(cluster, "verify-full", first)) {
            assertThat(TestCluster.query(old, "SELECT 1")).containsExactly("1");
            assertThatThrownBy(() -> connect(cluster, "verify-full", second)).hasMessageContaining("SSL error");

            install(second);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .untilAsserted(() -> {
                        try (Connection fresh = connect(cluster, "verify-full", second)) {
                            assertThat(TestCluster.query(fresh, "SELECT 2")).containsExactly("2");
                        }
                    });
            assertThat(TestCluster.query(old, "SELECT 3")).containsExactly("3");

            cluster.node(2).kill(); // Its peers meet it anew.
            cluster.node(2).start();
            cluster.addReader(4, Map.of("SMALLRYE_CONFIG_LOCATIONS", settings.toString()));
            cluster.awaitReady();
        }
    }
}
