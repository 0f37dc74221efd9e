package io.omnisql.operator.dependent;

import java.util.Map;
import java.util.TreeMap;

/** The nodes' settings of encryption: one certificate for all their ports, read again while they run, and nothing in the clear. */
final class NodeTls {
    /** Where the certificate is mounted. */
    static final String FOLDER = "/etc/omnisql-secrets/tls";

    private static final String CONFIGURATION = "cluster";

    private NodeTls() {}

    static Map<String, String> settings() {
        String prefix = "quarkus.tls." + CONFIGURATION + ".";
        var settings = new TreeMap<String, String>();
        settings.put(prefix + "key-store.pem.0.cert", FOLDER + "/" + CertificateSecret.CERTIFICATE);
        settings.put(prefix + "key-store.pem.0.key", FOLDER + "/" + CertificateSecret.KEY);
        settings.put(prefix + "trust-store.pem.certs", FOLDER + "/" + CertificateSecret.AUTHORITIES);
        settings.put(prefix + "reload-period", "30s");
        settings.put("omnisql.sql.tls-configuration-name", CONFIGURATION);
        settings.put("omnisql.sql.tls-required", "true");
        settings.put("omnisql.peer.tls-configuration-name", CONFIGURATION);
        settings.put("quarkus.http.tls-configuration-name", CONFIGURATION);
        settings.put("quarkus.http.insecure-requests", "disabled");
        settings.put("quarkus.http.ssl-port", Integer.toString(Ports.HTTP));
        settings.put("quarkus.management.tls-configuration-name", CONFIGURATION);
        return settings;
    }
}
