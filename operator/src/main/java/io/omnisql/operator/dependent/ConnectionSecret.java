package io.omnisql.operator.dependent;

import static io.omnisql.operator.dependent.AdminTokenSecret.encoded;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that a client needs to connect. It shares the volumes' fate: without them its password is good for nothing, with them it is needed. */
public final class ConnectionSecret {
    /** Key of the first role's password. */
    public static final String PASSWORD = "password";

    /** The database. */
    public static final String DATABASE = "omnisql";

    /** Clients mount the key {@code ca.crt} there, or write another path into their URI. */
    private static final String VERIFIED =
            "sslmode=verify-full&sslrootcert=/etc/omnisql/" + CertificateSecret.AUTHORITIES;

    private static final String READ_LEVEL = "options=-c%20omnisql.read_level%3D";

    private ConnectionSecret() {}

    static Secret desired(Blueprint blueprint) {
        var names = blueprint.names();
        String user = blueprint.spec().postgresql().owner();
        String password = blueprint.credentials().ownerPassword();
        var data = new TreeMap<String, String>();
        data.put("host", names.host(names.cluster()));
        data.put("port", Integer.toString(Ports.SQL));
        data.put("dbname", DATABASE);
        data.put("username", user);
        data.put(PASSWORD, password);
        var access = new Access(user, password, blueprint.encrypted() ? List.of(VERIFIED) : List.of());
        data.put("uri", access.uri(names.host(names.cluster()), List.of()));
        data.put("jdbc-uri", access.jdbcUri(names.host(names.cluster()), List.of()));
        if (blueprint.spec().services().readOnly().enabled()) {
            var level = List.of(READ_LEVEL + blueprint.spec().readers().readLevel());
            data.put("ro-uri", access.uri(names.host(names.readOnly()), level));
            data.put("ro-jdbc-uri", access.jdbcUri(names.host(names.readOnly()), level));
        }
        if (blueprint.tls() != null) {
            data.put(CertificateSecret.AUTHORITIES, blueprint.tls().authorities());
        }
        data.replaceAll((key, value) -> encoded(value));
        return new SecretBuilder()
                .withMetadata(blueprint.kept(names.connection()))
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /** The same for every URI; both kinds know the same names of parameters. */
    private record Access(String user, String password, List<String> always) {
        String uri(String host, List<String> more) {
            return "postgresql://%s:%s@%s:%d/%s%s"
                    .formatted(user, password, host, Ports.SQL, DATABASE, parameters(List.of(), more));
        }

        String jdbcUri(String host, List<String> more) {
            var credentials = List.of("user=" + user, "password=" + password);
            return "jdbc:postgresql://%s:%d/%s%s".formatted(host, Ports.SQL, DATABASE, parameters(credentials, more));
        }

        private String parameters(List<String> first, List<String> more) {
            String all = Stream.of(first, always, more).flatMap(List::stream).collect(Collectors.joining("&"));
            return all.isEmpty() ? "" : "?" + all;
        }
    }
}
