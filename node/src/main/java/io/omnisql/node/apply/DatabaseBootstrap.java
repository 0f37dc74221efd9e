package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Makes the database that is replicated, the same on every node before the first entry: schema {@code omnisql} and the ledger.
 * Whatever comes later comes by the log.
 */
public final class DatabaseBootstrap {
    /** The one database that is replicated. */
    public static final String DATABASE = "omnisql";

    /** The node's own schema in it. */
    public static final String SCHEMA_NAME = "omnisql";

    /**
     * How superusers' sessions begin. Schema public is the clients': an operator of theirs with exactly the operands' types would be
     * preferred to PostgreSQL's own, and called with a superuser's rights.
     */
    static final Map<String, String> SUPERUSER_OPTIONS = Map.of("search_path", "pg_catalog");

    private static final String SCHEMA = "/io/omnisql/node/sql/omnisql-schema.sql";
    private static final String LEDGER = "/io/omnisql/node/apply/ledger.sql";
    private static final Duration SESSION_MAX = Duration.ofSeconds(10);
    private static final Duration STEP_MAX = Duration.ofMinutes(2);

    private DatabaseBootstrap() {}

    /** Brings the database to where this version of the node needs it. Does nothing that was done before. */
    public static void prepare(PostgresInstance postgres) throws IOException {
        try (PostgresSession session = session(postgres, "postgres")) {
            if ("f".equals(session.single("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DATABASE))) {
                session.execute("CREATE DATABASE " + DATABASE);
            }
        }
        try (PostgresSession session = session(postgres, DATABASE)) {
            session.execute("SET client_min_messages TO warning");
            session.execute("BEGIN;\n" + text(SCHEMA) + text(LEDGER) + "\nCOMMIT");
        }
    }

    /** How many entries the prepared database covers; to be asked while nothing is applied. */
    public static long appliedIndex(PostgresInstance postgres) throws IOException {
        try (PostgresSession session = session(postgres, DATABASE)) {
            return Long.parseLong(session.single("SELECT applied_index FROM omnisql.applied"));
        }
    }

    private static PostgresSession session(PostgresInstance postgres, String database) throws IOException {
        PostgresSession session = PostgresSession.open(
                postgres.socketAddress(), postgres.superuser(), database, SUPERUSER_OPTIONS, SESSION_MAX);
        session.deadline(STEP_MAX);
        return session;
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = DatabaseBootstrap.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("The node's jar lacks " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        }
    }
}
