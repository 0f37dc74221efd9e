package io.omnisql.operator.dependent;

import static io.omnisql.operator.dependent.AdminTokenSecret.encoded;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.TreeMap;

/** All that a client needs to connect. It shares the volumes' fate: without them its password is good for nothing, with them it is needed. */
public final class ConnectionSecret {
    /** Key of the first role's password. */
    public static final String PASSWORD = "password";

    /** The database. */
    public static final String DATABASE = "omnisql";

    private static final String LOCAL_READS = "options=-c%20omnisql.read_level%3Dlocal";

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
        data.put("uri", uri(user, password, names.host(names.cluster())));
        data.put("jdbc-uri", jdbcUri(user, password, names.host(names.cluster())));
        if (blueprint.spec().services().readOnly().enabled()) {
            data.put("ro-uri", uri(user, password, names.host(names.readOnly())) + "?" + LOCAL_READS);
            data.put("ro-jdbc-uri", jdbcUri(user, password, names.host(names.readOnly())) + "&" + LOCAL_READS);
        }
        data.replaceAll((key, value) -> encoded(value));
        return new SecretBuilder()
                .withMetadata(blueprint.kept(names.connection()))
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private static String uri(String user, String password, String host) {
        return "postgresql://%s:%s@%s:%d/%s".formatted(user, password, host, Ports.SQL, DATABASE);
    }

    private static String jdbcUri(String user, String password, String host) {
        return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s".formatted(host, Ports.SQL, DATABASE, user, password);
    }
}
