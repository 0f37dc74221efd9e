package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.FrontendMessage.StartupMessage;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import io.omnisql.node.sql.Classification;
import io.omnisql.node.sql.SessionSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A client's startup parameters, checked, as PostgreSQL gets them. */
final class SessionOptions {
    private static final String READ_ONLY = "-c default_transaction_read_only=on";
    private static final String OPTIONS = "options";
    private static final String ENCODING = "client_encoding";
    private static final int PROTOCOL_MAJOR = 3;

    private SessionOptions() {}

    /** Why the client cannot have a session like that. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient SqlError error;

        Refused(SqlError error) {
            super(error.message());
            this.error = error;
        }

        SqlError error() {
            return error;
        }
    }

    static StartupMessage forPostgres(StartupMessage client, PgServer.Settings server) throws Refused {
        if (client.majorVersion() != PROTOCOL_MAJOR) {
            throw new Refused(SqlError.of(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "unsupported frontend protocol " + client.majorVersion() + "." + client.minorVersion()
                            + ": this server speaks 3.0"));
        }
        checkRole(client.parameters().getOrDefault("user", ""), server);
        var parameters = new LinkedHashMap<String, String>();
        for (Map.Entry<String, String> parameter : client.parameters().entrySet()) {
            check(parameter.getKey(), parameter.getValue(), server);
            parameters.put(parameter.getKey(), parameter.getValue());
        }
        if ("SQL_ASCII".equalsIgnoreCase(parameters.get(ENCODING))) {
            // What psql says in the C locale: "no idea". It learns from ParameterStatus that it is UTF8.
            parameters.put(ENCODING, "UTF8");
        }
        // The last word on an option wins.
        parameters.merge(OPTIONS, READ_ONLY, (own, ours) -> own + " " + ours);
        return new StartupMessage(client.majorVersion(), client.minorVersion(), parameters);
    }

    private static void checkRole(String user, PgServer.Settings server) throws Refused {
        if (user.isEmpty()) {
            throw new Refused(SqlError.of(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "no PostgreSQL user name specified in startup packet"));
        }
        if (user.equals(server.systemRole())) {
            throw new Refused(SqlError.of(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "role \"" + user + "\" is OmniSQL's own and cannot log in from outside"));
        }
    }

    private static void check(String name, String value, PgServer.Settings server) throws Refused {
        switch (name) {
            case "user", "database" -> {}
            case OPTIONS -> checkOptions(value, server);
            case "replication" -> {
                if (!value.equals("false") && !value.equals("off") && !value.equals("0") && !value.equals("no")) {
                    throw new Refused(SqlError.withHint(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "replication connections are not supported",
                            "The cluster replicates by its own log."));
                }
            }
            default -> checkSetting(name, value, server);
        }
    }

    /** As PostgreSQL reads the options: words, of which a backslash escapes the next character. */
    private static void checkOptions(String options, PgServer.Settings server) throws Refused {
        List<String> words = words(options);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-c") && i + 1 < words.size()) {
                checkAssignment(words.get(++i), server);
            } else if (word.startsWith("-c")) {
                checkAssignment(word.substring(2), server);
            } else if (word.startsWith("--")) {
                checkAssignment(word.substring(2), server);
            } else {
                throw new Refused(SqlError.withHint(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "the option \"" + word + "\" is not supported",
                        "Use -c name=value or --name=value."));
            }
        }
    }

    private static void checkAssignment(String assignment, PgServer.Settings server) throws Refused {
        int equals = assignment.indexOf('=');
        String name = equals < 0 ? assignment : assignment.substring(0, equals);
        checkSetting(name.replace('-', '_'), equals < 0 ? "" : assignment.substring(equals + 1), server);
    }

    private static void checkSetting(String given, String value, PgServer.Settings server) throws Refused {
        String name = given.toLowerCase(Locale.ROOT);
        if (name.equals(ENCODING) && value.equalsIgnoreCase("SQL_ASCII")) {
            return;
        }
        Classification.Refused refused = SessionSettings.refusal(name, value.replace("'", ""));
        if (refused != null) {
            throw new Refused(SqlError.withHint(refused.sqlState(), refused.reason(), refused.hint()));
        }
        if (name.startsWith(ClientSettings.PREFIX)) {
            checkOwnSetting(name.substring(ClientSettings.PREFIX.length()), value, server);
        }
    }

    private static void checkOwnSetting(String name, String value, PgServer.Settings server) throws Refused {
        try {
            ClientSettings _ = server.defaults().with(name, value, server.defaults());
        } catch (InvalidSetting invalid) {
            throw new Refused(invalid.error());
        }
    }

    private static List<String> words(String options) throws Refused {
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        boolean escaped = false;
        for (char c : (options + " ").toCharArray()) {
            if (escaped || (c != '\\' && !Character.isWhitespace(c))) {
                word.append(c);
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            // The backslash at the end would swallow what is added behind it.
            throw new Refused(SqlError.of(SqlState.INVALID_PARAMETER_VALUE, "the options end with a backslash"));
        }
        return words;
    }
}
