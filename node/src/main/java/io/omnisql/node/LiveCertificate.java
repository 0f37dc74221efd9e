package io.omnisql.node;

import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** One named TLS configuration as the ports use it, followed when its files change. Thread-safe. */
final class LiveCertificate {
    private final String name;
    private final LiveKeys keys;
    private final @Nullable LiveTrust trust;
    private final SSLOptions options;
    private List<Certificate> content;

    private LiveCertificate(String name, TlsConfiguration first, Vertx vertx) throws Exception {
        this.name = name;
        this.content = contentOf(first);
        this.keys = new LiveKeys(keysOf(first, vertx));
        KeyStore authorities = first.getTrustStore();
        this.trust = authorities == null ? null : new LiveTrust(trustOf(authorities));
        SSLOptions given = first.getSSLOptions();
        this.options = new SSLOptions()
                .setKeyCertOptions(KeyCertOptions.wrap(keys))
                .setEnabledSecureTransportProtocols(given.getEnabledSecureTransportProtocols());
        given.getEnabledCipherSuites().forEach(options::addEnabledCipherSuite);
        if (trust != null) {
            options.setTrustOptions(TrustOptions.wrap(trust));
        }
    }

    /** Begins with what the files hold now; {@link IllegalArgumentException} names what is missing or wrong. */
    static LiveCertificate of(String name, TlsConfiguration first, Vertx vertx) {
        if (first.getKeyStoreOptions() == null) {
            throw new IllegalArgumentException(
                    "quarkus.tls." + name + ".key-store: a certificate and its key are needed");
        }
        try {
            return new LiveCertificate(name, first, vertx);
        } catch (Exception unusable) { // As Vert.x declares it.
            throw new IllegalArgumentException("quarkus.tls." + name + ": " + unusable.getMessage(), unusable);
        }
    }

    /** For servers and clients; the same object stays right when the certificate is renewed. */
    SSLOptions options() {
        return options;
    }

    boolean hasAuthorities() {
        return trust != null;
    }

    String name() {
        return name;
    }

    /** The files were read again: true when they hold something else than before. When that is no good the old content stays. */
    synchronized boolean renew(TlsConfiguration read, Vertx vertx) throws Exception {
        List<Certificate> next = contentOf(read);
        if (next.equals(content)) {
            return false;
        }
        X509ExtendedKeyManager nextKeys = keysOf(read, vertx);
        KeyStore authorities = read.getTrustStore();
        if (trust != null && authorities != null) {
            trust.exchange(trustOf(authorities));
        }
        keys.exchange(nextKeys);
        content = next;
        return true;
    }

    private static List<Certificate> contentOf(TlsConfiguration configuration) throws GeneralSecurityException {
        List<Certificate> found = new ArrayList<>();
        for (KeyStore store : Arrays.asList(configuration.getKeyStore(), configuration.getTrustStore())) {
            if (store != null) {
                for (String alias : Collections.list(store.aliases())) {
                    Certificate[] chain = store.getCertificateChain(alias);
                    found.addAll(chain == null ? List.of(store.getCertificate(alias)) : List.of(chain));
                }
            }
        }
        return found;
    }

    private static X509ExtendedKeyManager keysOf(TlsConfiguration configuration, Vertx vertx) throws Exception {
        KeyManager[] managers =
                configuration.getKeyStoreOptions().getKeyManagerFactory(vertx).getKeyManagers();
        return Arrays.stream(managers)
                .filter(X509ExtendedKeyManager.class::isInstance)
                .map(X509ExtendedKeyManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no X.509 key"));
    }

    /** By the JDK's own judge, which also compares host names. */
    private static X509ExtendedTrustManager trustOf(KeyStore authorities) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager judge) {
                return judge;
            }
        }
        throw new GeneralSecurityException("no judge of X.509 certificates");
    }
}
