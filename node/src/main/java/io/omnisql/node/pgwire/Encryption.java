package io.omnisql.node.pgwire;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.SSLOptions;

/**
 * TLS of client connections, begun by the client's SSLRequest.
 *
 * @param certificates the server's certificate, and the authorities of clients' certificates; it sees to its own renewal
 * @param isRequired whether sessions in the clear are refused
 * @param clients whether clients must show a certificate, besides their password
 */
public record Encryption(SSLOptions certificates, boolean isRequired, ClientAuth clients) {}
