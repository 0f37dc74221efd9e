package io.omnisql.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnisql.omnipaxos.Message;
import io.omnisql.omnipaxos.NodeId;
import io.smallrye.certs.CertificateGenerator;
import io.smallrye.certs.CertificateRequest;
import io.smallrye.certs.Format;
import io.smallrye.certs.PemCertificateFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that show each other certificates. */
@Timeout(60)
class EncryptedPeersTest {
    private static final NodeId ONE = new NodeId(1);
    private static final NodeId TWO = new NodeId(2);

    @TempDir
    Path folder;

    private final TestNodes nodes;
    private final RecordingInbox first = new RecordingInbox();
    private final RecordingInbox second = new RecordingInbox();

    EncryptedPeersTest() throws IOException {
        nodes = new TestNodes(2);
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private PemCertificateFiles certificate(String name, String host) throws Exception {
        return (PemCertificateFiles) new CertificateGenerator(folder, true)
                .generate(new CertificateRequest()
                        .withName(name)
                        .withFormat(Format.PEM)
                        .withCN(name)
                        .withSubjectAlternativeName(host))
                .getFirst();
    }

    private static SSLOptions options(PemCertificateFiles own, PemCertificateFiles trusted) {
        return new SSLOptions()
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(own.certFile().toString())
                        .setKeyPath(own.keyFile().toString()))
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(trusted.trustFile().toString()));
    }

    private PeerTransport start(long node, SSLOptions certificates, RecordingInbox inbox) throws IOException {
        return nodes.start(
                TestNodes.identity(node),
                nodes.settings(node).encrypted(certificates),
                inbox,
                (from, kind, payload) -> CompletableFuture.completedStage(payload));
    }

    private void neverTalk(PeerTransport one, PeerTransport two) throws Exception {
        one.send(TWO, new RandomMessages(new Random(1)).oneOfEach().getFirst());
        try (RawPeer dialled = RawPeer.dial(nodes.port(1))) { // By the time it is sent away so are the others.
            dialled.write(FrameKind.PING, Buffer.buffer());
            assertThat(dialled.isEnded()).isTrue();
        }
        assertThat(one.connectedPeers()).isEmpty();
        assertThat(two.connectedPeers()).isEmpty();
        assertThat(second.received()).isEmpty();
    }

    @Test
    void talkWhenEachTrustsTheOthersAuthorityAndTheHostIsTheOneDialled() throws Exception {
        PemCertificateFiles a = certificate("a", "IP:127.0.0.1");
        PemCertificateFiles b = certificate("b", "IP:127.0.0.1");
        PeerTransport one = start(1, options(a, b), first);
        PeerTransport two = start(2, options(b, a), second);
        TestNodes.awaitConnected(one, 2);
        TestNodes.awaitConnected(two, 1);
        List<Message> messages = new RandomMessages(new Random(1)).oneOfEach();

        messages.forEach(message -> one.send(TWO, message));

        RecordingInbox.await(() -> second.from(ONE).size() == messages.size());
        assertThat(second.from(ONE)).containsExactlyInAnyOrderElementsOf(messages);
    }

    @Test
    void aNodeOfAnotherAuthorityIsNoPeer() throws Exception {
        PemCertificateFiles a = certificate("a", "IP:127.0.0.1");
        PemCertificateFiles stranger = certificate("stranger", "IP:127.0.0.1");
        PeerTransport one = start(1, options(a, a), first);

        neverTalk(one, start(2, options(stranger, a), second));
    }

    @Test
    void aCertificateOfAnotherHostIsNoUse() throws Exception {
        PemCertificateFiles elsewhere = certificate("elsewhere", "DNS:elsewhere.example");
        PeerTransport one = start(1, options(elsewhere, elsewhere), first);

        neverTalk(one, start(2, options(elsewhere, elsewhere), second));
    }
}
