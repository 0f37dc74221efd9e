package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the database that is replicated, the same on every node before the first entry: schema {@code omnisql}, the ledger, and the first
 * role. Whatever comes later comes by the log.
 */
public final class DatabaseBootstrap {
    /** The one database that is replicated. */
    public static final String DATABASE = "omnisql";

    private static final String SCHEMA = "/io/omnisql/node/sql/omnisql-schema.sql";
    private static final String LEDGER = "/io/omnisql/node/apply/ledger.sql";
    private static final Duration SESSION_MAX = Duration.ofSeconds(10);
    private static final Duration STEP_MAX = Duration.ofMinutes(2);

    private DatabaseBootstrap() {}

    /**
     * The role that a new cluster starts with; it owns the database and may create roles.
     *
     * @param password in plain text; each node keeps its own verifier of it
     */
    public record FirstRole(String name, Optional<String> password) {}

    /** Brings the database to where this version of the node needs it. Does nothing that was done before. */
    public static void prepare(PostgresInstance postgres, Optional<FirstRole> firstRole) throws IOException {
        boolean isNew;
        try (PostgresSession session = session(postgres, "postgres")) {
            isNew = "f".equals(session.single("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DATABASE));
            if (isNew) {
                session.execute("CREATE DATABASE " + DATABASE);
            }
        }
        try (PostgresSession session = session(postgres, DATABASE)) {
            session.execute("SET client_min_messages TO warning");
            session.execute("BEGIN;\n" + text(SCHEMA).orElse("") + text(LEDGER).orElseThrow() + "\nCOMMIT");
            if (firstRole.isPresent() && "0".equals(session.single("SELECT applied_index FROM omnisql.applied"))) {
                create(session, firstRole.get());
            }
        }
    }

    private static void create(PostgresSession session, FirstRole role) throws IOException {
        String name = "\"" + role.name().replace("\"", "\"\"") + "\"";
        if ("t".equals(session.single("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role.name()))) {
            return;
        }
        String password = role.password()
                .map(text -> " PASSWORD '" + text.replace("'", "''") + "'")
                .orElse("");
        session.execute("BEGIN; CREATE ROLE " + name + " LOGIN CREATEROLE" + password + "; ALTER DATABASE " + DATABASE
                + " OWNER TO " + name + "; COMMIT");
    }

    private static PostgresSession session(PostgresInstance postgres, String database) throws IOException {
        PostgresSession session =
                PostgresSession.open(postgres.socketAddress(), postgres.superuser(), database, Map.of(), SESSION_MAX);
        session.deadline(STEP_MAX);
        return session;
    }

    private static Optional<String> text(String resource) throws IOException {
        try (InputStream in = DatabaseBootstrap.class.getResourceAsStream(resource)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n");
        }
    }
}
