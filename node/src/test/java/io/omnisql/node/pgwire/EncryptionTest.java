package io.omnisql.node.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.smallrye.certs.PemCertificateFiles;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS between clients and the SQL port. */
@Timeout(60)
class EncryptionTest {
    private static final byte[] SSL_REQUEST =
            ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array();
    private static final int CONNECTIONS = 30;

    @TempDir
    Path folder;

    private PemCertificateFiles certificate(String name) throws Exception {
        return (PemCertificateFiles) new CertificateGenerator(folder, true)
                .generate(new CertificateRequest()
                        .withName(name)
                        .withFormat(Format.PEM)
                        .withCN("localhost")
                        .withSubjectAlternativeName("IP:127.0.0.1")
                        .withClientCertificate())
                .getFirst();
    }

    private static SSLOptions options(PemCertificateFiles files) {
        return new SSLOptions()
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(files.certFile().toString())
                        .setKeyPath(files.keyFile().toString()))
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(files.serverTrustFile().toString()));
    }

    private static Connection verified(TestServer node, PemCertificateFiles files) throws SQLException {
        return node.jdbc("sslmode=verify-full", "sslrootcert=" + files.trustFile());
    }

    /** As the JDBC driver reads keys: without the text around it. */
    private static Path binary(Path pem) throws IOException {
        String key64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
        byte[] key = Base64.getDecoder().decode(key64);
        return Files.write(pem.resolveSibling("key.der"), key);
    }

    private static boolean answers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT repeat('x', 100000)")) {
            return row.next() && row.getString(1).length() == 100_000;
        }
    }

    @Test
    void clientsVerifyTheServerAndAskAndWriteAsEver() throws Exception {
        PemCertificateFiles files = certificate("server");
        PemCertificateFiles others = certificate("others");
        try (var node = new TestServer(new Encryption(options(files), true, ClientAuth.NONE))) {
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Connection connection = verified(node, files)) {
                    assertThat(answers(connection)).isTrue();
                }
            }
            assertThatThrownBy(() -> verified(node, others)).hasMessageContaining("SSL error");
            assertThatThrownBy(() -> node.jdbc("sslmode=disable"))
                    .hasMessageContaining("this node takes encrypted connections only");
        }
    }

    @Test
    void sessionsInTheClearAreServedUnlessEncryptionIsRequired() throws Exception {
        PemCertificateFiles files = certificate("server");
        try (var node = new TestServer(new Encryption(options(files), false, ClientAuth.NONE));
                Connection clear = node.jdbc("sslmode=disable");
                Connection encrypted = node.jdbc("sslmode=require")) {
            assertThat(answers(clear)).isTrue();
            assertThat(answers(encrypted)).isTrue();
        }
    }

    @Test
    void aClientWithoutTheRequiredCertificateIsSentAway() throws Exception {
        PemCertificateFiles files = certificate("server");
        try (var node = new TestServer(new Encryption(options(files), true, ClientAuth.REQUIRED))) {
            assertThatThrownBy(() -> verified(node, files)).isInstanceOf(SQLException.class);

            try (Connection connection = node.jdbc(
                    "sslmode=verify-full",
                    "sslrootcert=" + files.trustFile(),
                    "sslcert=" + files.clientCertFile(),
                    "sslkey=" + binary(files.clientKeyFile()))) {
                assertThat(answers(connection)).isTrue();
            }
        }
    }

    @Test
    void whatIsSentInTheClearBehindTheRequestIsNeverTakenForTheClients() throws Exception {
        PemCertificateFiles files = certificate("server");
        try (var node = new TestServer(new Encryption(options(files), false, ClientAuth.NONE));
                var socket = new Socket(node.address().getAddress(), node.port)) {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(16)
                            .put(SSL_REQUEST)
                            .put(SSL_REQUEST)
                            .array());

            assertThat(answerOf(socket)).isNotEqualTo('S');
        }
    }

    @Test
    void withoutACertificateTheRequestIsDenied() throws Exception {
        try (var node = new TestServer();
                var socket = new Socket(node.address().getAddress(), node.port)) {
            socket.getOutputStream().write(SSL_REQUEST);

            assertThat(answerOf(socket)).isEqualTo('N');
        }
    }

    private static int answerOf(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }
}
