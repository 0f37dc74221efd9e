package io.omnisql.node;

import io.omnisql.node.pgwire.Encryption;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.SSLOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that the settings name ({@code quarkus.tls.NAME...}), read again when their files change. Thread-safe.
 */
@Singleton
class Certificates {
    private final NodeConfig.Sql sql;
    private final TlsConfigurationRegistry registry;
    private volatile @Nullable Consumer<SSLOptions> renewal;

    @Inject
    Certificates(NodeConfig config, TlsConfigurationRegistry registry) {
        this.sql = config.sql();
        this.registry = registry;
    }

    /** TLS of the SQL port, as set; {@link IllegalArgumentException} when the settings do not fit together. */
    Optional<Encryption> ofSqlPort() {
        Optional<String> name = sql.tlsConfigurationName();
        if (name.isEmpty()) {
            if (sql.tlsRequired() || sql.clientCertificateRequired()) {
                throw new IllegalArgumentException(
                        "omnisql.sql.tls-configuration-name: encryption is required, but no" + " certificate is named");
            }
            return Optional.empty();
        }
        TlsConfiguration found = TlsConfiguration.from(registry, name).orElseThrow();
        if (found.getKeyStoreOptions() == null) {
            throw new IllegalArgumentException(
                    "quarkus.tls." + name.get() + ".key-store: the SQL port needs a certificate and its key");
        }
        if (sql.clientCertificateRequired() && found.getTrustStoreOptions() == null) {
            throw new IllegalArgumentException("quarkus.tls." + name.get()
                    + ".trust-store: clients' certificates are required, but no authority is trusted");
        }
        return Optional.of(new Encryption(
                found.getSSLOptions(),
                sql.tlsRequired() || sql.clientCertificateRequired(),
                sql.clientCertificateRequired() ? ClientAuth.REQUIRED : ClientAuth.NONE));
    }

    /** Calls {@code renewed} for every later change of the SQL port's certificates; a later call replaces an earlier one. */
    void onRenewalOfSqlPort(Consumer<SSLOptions> renewed) {
        renewal = renewed;
    }

    void updated(@Observes CertificateUpdatedEvent event) {
        Consumer<SSLOptions> renewed = renewal;
        if (renewed != null
                && sql.tlsConfigurationName().filter(event.name()::equals).isPresent()) {
            renewed.accept(event.tlsConfiguration().getSSLOptions());
        }
    }
}
