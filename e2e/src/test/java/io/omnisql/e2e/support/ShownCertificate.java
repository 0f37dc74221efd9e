package io.omnisql.e2e.support;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What a client of PostgreSQL's protocol is shown when it asks for encryption. */
final class ShownCertificate {
    /** Length and code of the message SSLRequest. */
    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};

    private static final int ANSWER_MILLIS_MAX = 10_000;

    private ShownCertificate() {}

    /** The certificate behind that port of this machine, if it can be trusted. */
    static X509Certificate at(int port, SSLContext trust) throws IOException {
        try (var plain = new Socket("localhost", port)) {
            plain.setSoTimeout(ANSWER_MILLIS_MAX);
            plain.getOutputStream().write(SSL_REQUEST);
            if (plain.getInputStream().read() != 'S') {
                throw new IOException("No encryption is offered");
            }
            try (var encrypted = (SSLSocket) trust.getSocketFactory().createSocket(plain, "localhost", port, true)) {
                encrypted.startHandshake();
                return (X509Certificate) encrypted.getSession().getPeerCertificates()[0];
            }
        }
    }
}
