package io.omnisql.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** What others than this machine could reach in the clear: passwords and rows would travel readable, and anybody could speak as a peer. */
final class Exposure {
    private static final Logger LOG = Logger.getLogger(Exposure.class);

    private Exposure() {}

    /** Refuses with the key's name, unless the settings say that this network is trusted. */
    static void check(NodeConfig config) {
        var hosts = new LinkedHashMap<String, String>();
        if (!config.sql().tlsRequired()) {
            hosts.put("omnisql.sql.host", config.sql().host());
        }
        hosts.put("omnisql.http.host", config.http().host());
        hosts.put("omnisql.admin.host", config.admin().host());
        if (config.peer().tlsConfigurationName().isEmpty()) {
            hosts.put("omnisql.peer.host", config.peer().host());
        }
        check(hosts, config.insecure());
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
