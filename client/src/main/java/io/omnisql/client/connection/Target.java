package io.omnisql.client.connection;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A node's address.
 *
 * @param name the label in results: host and port unless one is given
 * @param query the URI's parameters as the JDBC driver takes them, without the question mark
 */
public record Target(
        String name,
        String host,
        int port,
        String database,
        @Nullable String user,
        @Nullable String password,
        String query) {
    private static final int POSTGRES_PORT = 5432;

    /**
     * Reads {@code postgresql://user:password@host:port/database?parameter=value}, with or without {@code jdbc:} before.
     *
     * @throws IllegalArgumentException what is wrong with it, without the password
     */
    public static Target parse(String text) {
        String address = text.strip();
        URI uri = uri(address.startsWith("jdbc:") ? address.substring("jdbc:".length()) : address);
        String scheme = uri.getScheme();
        require(
                "postgresql".equals(scheme) || "postgres".equals(scheme),
                "an address starts with postgresql://, but this one with " + scheme);
        String host = uri.getHost();
        require(host != null && !host.isEmpty(), "the address names no host");
        String path = uri.getPath();
        require(path != null && path.length() > 1, "the address names no database");
        int port = uri.getPort() < 0 ? POSTGRES_PORT : uri.getPort();
        String login = uri.getRawUserInfo();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        return new Target(host + ":" + port, host, port, path.substring(1), user(login), password(login), query);
    }

    /** The same address under another label. */
    public Target named(String label) {
        return new Target(label, host, port, database, user, password, query);
    }

    /** The same address with this user and password wherever it has none of its own. */
    public Target withLogin(@Nullable String otherUser, @Nullable String otherPassword) {
        return new Target(
                name,
                host,
                port,
                database,
                user == null ? otherUser : user,
                password == null ? otherPassword : password,
                query);
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database + (query.isEmpty() ? "" : "?" + query);
    }

    Properties login() {
        Properties login = new Properties();
        if (user != null) {
            login.setProperty("user", user);
        }
        if (password != null) {
            login.setProperty("password", password);
        }
        return login;
    }

    /** The address without the password: fit for logs and result files. */
    @Override
    public String toString() {
        return "postgresql://" + (user == null ? "" : user + "@") + host + ":" + port + "/" + database;
    }

    private static URI uri(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException error) {
            // The cause's text would quote the whole address, password and all.
            throw new IllegalArgumentException("not an address: " + error.getReason() + " at " + error.getIndex());
        }
    }

    private static @Nullable String user(@Nullable String userInfo) {
        return userInfo == null || userInfo.isEmpty() ? null : decoded(userInfo.split(":", 2)[0]);
    }

    private static @Nullable String password(@Nullable String userInfo) {
        return userInfo == null || !userInfo.contains(":") ? null : decoded(userInfo.split(":", 2)[1]);
    }

    /** Percent signs only: a plus is a plus in a password. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
