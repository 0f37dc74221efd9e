package io.omnisql.node.transport;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TCPSSLOptions;
import java.time.Duration;
import java.util.List;

/**
 * Tunables and bounds of the transport.
 *
 * @param listen where to listen, and with which certificate
 * @param dial how to dial, and with which certificate
 * @param frameBytesMax the largest frame that is accepted; larger messages travel in parts
 * @param messageBytesMax the largest message or payload of a call, all its parts together
 * @param queueBytesMax what may wait for one link before messages are dropped; one message alone may be heavier
 * @param callsMax calls to one peer, and of one peer, that wait for their answer
 * @param signOfLife how often a link that stands is proven to live
 * @param silenceMax a link without a byte for so long is dead: closed, and dialled again
 * @param redialMin pause after the first failed attempt; it doubles
 * @param redialMax the longest pause
 */
public record TransportSettings(
        NetServerOptions listen,
        NetClientOptions dial,
        int frameBytesMax,
        int messageBytesMax,
        long queueBytesMax,
        int callsMax,
        Duration signOfLife,
        Duration silenceMax,
        Duration redialMin,
        Duration redialMax) {
    private static final int MESSAGE_BYTES_MAX = 256 << 20;
    private static final int FRAME_BYTES_MIN = 1 << 10;

    public TransportSettings {
        boolean bounded = frameBytesMax >= FRAME_BYTES_MIN
                && messageBytesMax >= frameBytesMax
                && queueBytesMax > 0
                && callsMax > 0;
        boolean timed = signOfLife.isPositive()
                && silenceMax.compareTo(signOfLife) > 0
                && redialMin.isPositive()
                && redialMax.compareTo(redialMin) >= 0;
        if (!bounded || !timed) {
            throw new IllegalArgumentException("Bounds must be positive, a frame at least " + FRAME_BYTES_MIN
                    + " bytes and at most a message, silence longer than the pause between signs of life");
        }
    }

    /** The values that the product ships with, on plain TCP. */
    public static TransportSettings of(String host, int port, int frameBytesMax, long queueBytesMax) {
        return new TransportSettings(
                new NetServerOptions().setHost(host).setPort(port),
                new NetClientOptions(),
                frameBytesMax,
                Math.max(frameBytesMax, MESSAGE_BYTES_MAX),
                queueBytesMax,
                1_024,
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                Duration.ofMillis(50),
                Duration.ofSeconds(1));
    }

    /** The same over TLS: both sides show a certificate, and the dialled one's must name the host that was dialled. */
    public TransportSettings encrypted(SSLOptions certificates) {
        var listening = new NetServerOptions(listen).setSsl(true).setClientAuth(ClientAuth.REQUIRED);
        var dialling = new NetClientOptions(dial).setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        for (TCPSSLOptions side : List.of(listening, dialling)) {
            side.setKeyCertOptions(certificates.getKeyCertOptions())
                    .setTrustOptions(certificates.getTrustOptions())
                    .setEnabledSecureTransportProtocols(certificates.getEnabledSecureTransportProtocols());
            certificates.getEnabledCipherSuites().forEach(side::addEnabledCipherSuite);
        }
        return new TransportSettings(
                listening,
                dialling,
                frameBytesMax,
                messageBytesMax,
                queueBytesMax,
                callsMax,
                signOfLife,
                silenceMax,
                redialMin,
                redialMax);
    }
}
