package io.omnisql.node;

import io.omnisql.node.pgwire.Encryption;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.SSLOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** The certificates that the settings name ({@code quarkus.tls.NAME...}), read again when their files change. Thread-safe. */
@Singleton
class Certificates {
    private static final Logger LOG = Logger.getLogger(Certificates.class);

    private final NodeConfig config;
    private final TlsConfigurationRegistry registry;
    private final Vertx vertx;
    private final Map<String, LiveCertificate> inUse = new ConcurrentHashMap<>();

    @Inject
    Certificates(NodeConfig config, TlsConfigurationRegistry registry, Vertx vertx) {
        this.config = config;
        this.registry = registry;
        this.vertx = vertx;
    }

    /** Refuses, with {@link IllegalArgumentException}, settings that do not fit together. */
    void check() {
        Optional<Encryption> _ = ofSqlPort();
        Optional<SSLOptions> _ = ofPeerPort();
    }

    /** TLS of the SQL port, as set; {@link IllegalArgumentException} when the settings do not fit together. */
    Optional<Encryption> ofSqlPort() {
        NodeConfig.Sql sql = config.sql();
        if (sql.tlsConfigurationName().isEmpty()) {
            if (sql.tlsRequired() || sql.clientCertificateRequired()) {
                throw new IllegalArgumentException(
                        "omnisql.sql.tls-configuration-name: encryption is required, but no certificate is named");
            }
            return Optional.empty();
        }
        LiveCertificate certificate = named(sql.tlsConfigurationName().get());
        if (sql.clientCertificateRequired()) {
            requireAuthorities(certificate, "clients' certificates are required");
        }
        return Optional.of(new Encryption(
                certificate.options(),
                sql.tlsRequired() || sql.clientCertificateRequired(),
                sql.clientCertificateRequired() ? ClientAuth.REQUIRED : ClientAuth.NONE));
    }

    /**
     * TLS between nodes, as set: both sides show a certificate of a trusted authority, and the dialled one's must name the host
     * that was dialled.
     */
    Optional<SSLOptions> ofPeerPort() {
        return config.peer().tlsConfigurationName().map(name -> {
            LiveCertificate certificate = named(name);
            requireAuthorities(certificate, "nodes check each other");
            return certificate.options();
        });
    }

    private LiveCertificate named(String name) {
        return inUse.computeIfAbsent(name, missing -> {
            TlsConfiguration found = registry.get(missing)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "quarkus.tls." + missing + ": no TLS configuration has this name"));
            return LiveCertificate.of(missing, found, vertx);
        });
    }

    private static void requireAuthorities(LiveCertificate certificate, String why) {
        if (!certificate.hasAuthorities()) {
            throw new IllegalArgumentException(
                    "quarkus.tls." + certificate.name() + ".trust-store: " + why + ", but no authority is trusted");
        }
    }

    void updated(@Observes CertificateUpdatedEvent event) {
        LiveCertificate certificate = inUse.get(event.name());
        if (certificate == null) {
            return;
        }
        try {
            if (certificate.renew(event.tlsConfiguration(), vertx)) { // The event comes whenever the files were read.
                LOG.infof("Certificate renewed: configuration=%s", event.name());
            }
        } catch (Exception unusable) {
            LOG.errorf(unusable, "The new certificate is no good, the old one stays: configuration=%s", event.name());
        }
    }
}
