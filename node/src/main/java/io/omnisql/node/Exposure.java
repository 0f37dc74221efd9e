package io.omnisql.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** What others than this machine could reach in the clear: passwords and rows would travel readable, and anybody could speak as a peer. */
final class Exposure {
    private static final Logger LOG = Logger.getLogger(Exposure.class);

    private Exposure() {}

    /** Refuses with the key's name, unless the settings say that this network is trusted. */
    static void check(NodeConfig config, Config ports) {
        var hosts = new LinkedHashMap<String, String>();
        if (!config.sql().tlsRequired() && !config.sql().clientCertificateRequired()) {
            hosts.put("omnisql.sql.host", config.sql().host());
        }
        if (!isHttpEncrypted(ports)) {
            hosts.put("omnisql.http.host", config.http().host());
        }
        if (!isNamed(ports, "quarkus.management.tls-configuration-name")) {
            hosts.put("omnisql.admin.host", config.admin().host());
        }
        if (config.peer().tlsConfigurationName().isEmpty()) {
            hosts.put("omnisql.peer.host", config.peer().host());
        }
        check(hosts, config.insecure());
    }

    /** The port for HTTP has one in the clear beside it, unless that is switched off. */
    static boolean isHttpEncrypted(Config ports) {
        return isNamed(ports, "quarkus.http.tls-configuration-name")
                && ports.getOptionalValue("quarkus.http.insecure-requests", String.class)
                        .filter("disabled"::equalsIgnoreCase)
                        .isPresent();
    }

    private static boolean isNamed(Config ports, String key) {
        return ports.getOptionalValue(key, String.class).isPresent();
    }

    static void check(Map<String, String> hosts, boolean insecure) {
        var open = new LinkedHashMap<>(hosts);
        open.entrySet().removeIf(Exposure::isLoopback);
        if (open.isEmpty()) {
            return;
        }
        if (!insecure) {
            Map.Entry<String, String> first = open.entrySet().iterator().next();
            throw new IllegalArgumentException(first.getKey() + ": " + first.getValue()
                    + " can be reached by other machines without encryption; listen on the loopback, or set"
                    + " omnisql.insecure=true where the network is trusted");
        }
        LOG.warnf("INSECURE: this node talks in the clear with whoever reaches it: %s", open);
    }

    private static boolean isLoopback(Map.Entry<String, String> host) {
        try {
            return InetAddress.getByName(host.getValue()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host.getKey() + ": " + host.getValue() + " is no address", e);
        }
    }
}
