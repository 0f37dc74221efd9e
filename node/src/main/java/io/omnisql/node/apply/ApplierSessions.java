package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresError;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.postgres.PostgresInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The applier's sessions, one for each role on whose behalf it lately executed: PostgreSQL itself then enforces what that role may do, and no
 * statement can take off a disguise that there is none of. Used by the applier's thread only.
 */
final class ApplierSessions implements AutoCloseable {
    private static final int SESSIONS_MAX = 8;
    private static final float LOAD = 0.75f;
    private static final Duration OPEN_MAX = Duration.ofSeconds(10);
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("synchronous_commit", "off"),
            Map.entry("jit", "off"),
            Map.entry("synchronize_seqscans", "off"),
            Map.entry("max_parallel_workers_per_gather", "0"),
            Map.entry("statement_timeout", "0"),
            Map.entry("lock_timeout", "0"),
            Map.entry("transaction_timeout", "0"),
            Map.entry("idle_in_transaction_session_timeout", "0"),
            Map.entry("idle_session_timeout", "0"),
            Map.entry("default_transaction_isolation", "read committed"),
            Map.entry("default_transaction_read_only", "off"),
            Map.entry("client_min_messages", "notice"),
            Map.entry("application_name", "omnisql applier"));

    private static final String TOO_MANY_CONNECTIONS = "53300";

    private final PostgresInstance postgres;
    private final String database;
    private final OutcomeBuilder outcomes;
    private final LinkedHashMap<String, ApplierSession> sessions = new LinkedHashMap<>(SESSIONS_MAX, LOAD, true);

    ApplierSessions(PostgresInstance postgres, String database, OutcomeBuilder outcomes) {
        this.postgres = postgres;
        this.database = database;
        this.outcomes = outcomes;
    }

    /** One of them. */
    record ApplierSession(PostgresSession session, GroupTransaction transaction) {}

    /** The session of a role, opened when there is none. If the role's clients used up its CONNECTION LIMIT, they give way. */
    ApplierSession of(String role, AppliedLedger ledger) throws IOException {
        try {
            return of(role);
        } catch (PostgresError e) {
            if (e.sqlState().equals(TOO_MANY_CONNECTIONS)) {
                ledger.endSessionsOf(role);
            }
            throw e;
        }
    }

    private ApplierSession of(String role) throws IOException {
        ApplierSession known = sessions.get(role);
        if (known != null) {
            return known;
        }
        if (sessions.size() >= SESSIONS_MAX) {
            Iterator<ApplierSession> eldest = sessions.values().iterator();
            eldest.next().session().close();
            eldest.remove();
        }
        PostgresSession session = PostgresSession.open(postgres.socketAddress(), role, database, OPTIONS, OPEN_MAX);
        session.in().beforeLarge(outcomes::expectLarge);
        var fresh = new ApplierSession(session, new GroupTransaction(new Pipeline(session), outcomes));
        sessions.put(role, fresh);
        return fresh;
    }

    /** Whether there is a session of the role. */
    boolean has(String role) {
        return sessions.containsKey(role);
    }

    /** Closes the session of a role, wherever it stands; it is opened again when needed. */
    void drop(String role) {
        ApplierSession dropped = sessions.remove(role);
        if (dropped != null) {
            dropped.session().close();
        }
    }

    /** The superuser's, for the ledger. */
    PostgresSession system() throws IOException {
        Map<String, String> options = new TreeMap<>(OPTIONS);
        options.putAll(DatabaseBootstrap.SUPERUSER_OPTIONS);
        return PostgresSession.open(postgres.socketAddress(), postgres.superuser(), database, options, OPEN_MAX);
    }

    /** After the catalog changed: cached plans may give other columns. */
    void forgetStatements() throws IOException {
        for (ApplierSession session : sessions.values()) {
            session.transaction().forgetStatements();
        }
    }

    /** Closes all; they are opened again when needed. */
    @Override
    public void close() {
        sessions.values().forEach(session -> session.session().close());
        sessions.clear();
    }
}
