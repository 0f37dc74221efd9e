package io.omnisql.operator.dependent;

import io.omnisql.operator.api.TlsSpec;
import java.util.Map;
import java.util.TreeMap;

/** The nodes' settings of encryption: one certificate for all their ports, read again while they run, and nothing in the clear. */
final class NodeTls {
    /** Where the certificate is mounted. */
    static final String FOLDER = "/etc/omnisql-secrets/tls";

    /** Where the authorities of clients' certificates are mounted. */
    static final String CLIENTS_FOLDER = "/etc/omnisql-secrets/clients";

    private static final String CONFIGURATION = "cluster";
    private static final String CLIENTS_CONFIGURATION = "clients";

    private NodeTls() {}

    static Map<String, String> settings(TlsSpec spec) {
        var settings = new TreeMap<>(configuration(CONFIGURATION, FOLDER));
        settings.put("omnisql.sql.tls-configuration-name", CONFIGURATION);
        settings.put("omnisql.sql.tls-required", "true");
        settings.put("omnisql.peer.tls-configuration-name", CONFIGURATION);
        settings.put("quarkus.http.tls-configuration-name", CONFIGURATION);
        settings.put("quarkus.http.insecure-requests", "disabled");
        settings.put("quarkus.http.ssl-port", Integer.toString(Ports.HTTP));
        settings.put("quarkus.management.tls-configuration-name", CONFIGURATION);
        if (spec.asksClients()) { // The same certificate, but others are trusted: a node's certificate is no client's.
            settings.putAll(configuration(CLIENTS_CONFIGURATION, CLIENTS_FOLDER));
            settings.put("omnisql.sql.tls-configuration-name", CLIENTS_CONFIGURATION);
            settings.put("omnisql.sql.client-certificate-required", "true");
        }
        return settings;
    }

    private static Map<String, String> configuration(String name, String trusted) {
        String prefix = "quarkus.tls." + name + ".";
        return Map.of(
                prefix + "key-store.pem.0.cert",
                FOLDER + "/" + CertificateSecret.CERTIFICATE,
                prefix + "key-store.pem.0.key",
                FOLDER + "/" + CertificateSecret.KEY,
                prefix + "trust-store.pem.certs",
                trusted + "/" + CertificateSecret.AUTHORITIES,
                prefix + "reload-period",
                "30s");
    }
}
