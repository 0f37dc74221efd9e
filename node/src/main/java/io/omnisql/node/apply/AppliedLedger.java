package io.omnisql.node.apply;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgclient.PostgresSession;
import io.omnisql.node.sql.RequestId;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables that say how far the log is applied and by which requests, over a session of the superuser. Used by the applier's thread
 * only.
 */
final class AppliedLedger implements AutoCloseable {
    private static final int TOKEN_BYTES = 32;
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private final PostgresSession session;
    private final Pipeline pipeline;
    private final GroupTransaction transaction;
    private final byte[] token = new byte[TOKEN_BYTES];

    private AppliedLedger(PostgresSession session, OutcomeBuilder outcomes) {
        this.session = session;
        this.pipeline = new Pipeline(session);
        this.transaction = new GroupTransaction(pipeline, outcomes);
    }

    /** Takes over the ledger: from now on only this one's token writes it. */
    static AppliedLedger open(PostgresSession session, OutcomeBuilder outcomes) throws IOException {
        var ledger = new AppliedLedger(session, outcomes);
        new SecureRandom().nextBytes(ledger.token);
        session.rows(
                "INSERT INTO omnisql.ledger_token (hash) VALUES ($1::bytea)"
                        + " ON CONFLICT (is_only) DO UPDATE SET hash = excluded.hash",
                "\\x" + HexFormat.of().formatHex(sha256(ledger.token)));
        return ledger;
    }

    /** How far the log is applied. */
    record State(long appliedIndex, LedgerRecord.Progress progress) {}

    /** Reads how far the log is applied. */
    State state() throws IOException {
        @Nullable
        String[] row = session.rows(
                        "SELECT applied_index, last_time_micros, rolling_digest, definition_index FROM omnisql.applied")
                .getFirst();
        return new State(number(row[0]), new LedgerRecord.Progress(number(row[1]), number(row[2]), number(row[3])));
    }

    /** A command that was executed. */
    record Recorded(RequestId id, long slot) {}

    /** Fills the window with the request ids of the last slots; gives them too. */
    List<Recorded> load(RequestWindow window, long fromSlot) throws IOException {
        window.clear();
        var rows = session.rows(
                "SELECT slot_from, encode(packed, 'hex') FROM omnisql.requests WHERE slot_until > $1::bigint ORDER BY slot_from",
                Long.toString(fromSlot));
        var recorded = new ArrayList<Recorded>();
        for (@Nullable String[] row : rows) {
            long slot = number(row[0]);
            for (var id : RecordedCommands.ids(bytes(row[1]))) {
                window.add(id, slot);
                recorded.add(new Recorded(id, slot));
                slot++;
            }
        }
        return recorded;
    }

    /** What the command at a slot gave when it was applied; empty when that was not kept. */
    List<StatementResult> results(long slot) throws IOException {
        var rows = session.rows(
                "SELECT slot_from, encode(packed, 'hex') FROM omnisql.requests"
                        + " WHERE slot_from <= $1::bigint AND slot_until > $1::bigint",
                Long.toString(slot));
        if (rows.isEmpty()) {
            return List.of(); // It has left the window: only its key is remembered.
        }
        @Nullable String[] row = rows.getFirst();
        return RecordedCommands.results(bytes(row[1]), Math.toIntExact(slot - number(row[0])));
    }

    /** The statement that a transaction of any role ends with. */
    LedgerRecord record(long from, long until, LedgerRecord.Progress progress, List<CommandOutcome> outcomes) {
        List<CommandOutcome> keyed =
                outcomes.stream().filter(CommandOutcome::isKeyed).toList();
        return new LedgerRecord(token, from, until, progress, RecordedCommands.encode(outcomes), keyed, false);
    }

    /** Moves the applied index over a command that had no effect, in a transaction of its own. */
    void recordWithoutEffect(LedgerRecord record) throws IOException {
        pipeline.control(0, "BEGIN");
        Failure failure = transaction.commit(record);
        if (failure != null) {
            throw new IOException("The ledger cannot be written: " + failure.sqlState() + " " + failure.message());
        }
    }

    /** Puts sequences back to where they stood at the applied index. */
    void restoreSequences() throws IOException {
        session.rows("SELECT omnisql.restore_sequences()");
    }

    /** Where these keys of clients were applied and when, of those that are kept: whether one still counts, its age tells. */
    Map<RequestId, RememberedKey> keys(List<RequestId> ids) throws IOException {
        var found = new HashMap<RequestId, RememberedKey>();
        if (ids.isEmpty()) {
            return found;
        }
        for (@Nullable
        String[] row : session.rows(
                "SELECT k.session_high, k.session_low, k.sequence, k.slot, k.time_micros, k.sqlstate FROM omnisql.keys k"
                        + " JOIN unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS a (high, low, sequence)"
                        + " ON (k.session_high, k.session_low, k.sequence) = (a.high, a.low, a.sequence)",
                LedgerRecord.array(ids, RequestId::sessionHigh),
                LedgerRecord.array(ids, RequestId::sessionLow),
                LedgerRecord.array(ids, RequestId::sequence))) {
            var id = new RequestId(number(row[0]), number(row[1]), number(row[2]));
            found.put(id, new RememberedKey(number(row[3]), number(row[4]), row[5]));
        }
        return found;
    }

    /** Forgets requests before a slot. */
    void prune(long slot) throws IOException {
        session.rows("DELETE FROM omnisql.requests WHERE slot_until <= $1::bigint", Long.toString(slot));
    }

    /** Forgets clients' keys that were applied before a slot, or before a time. */
    void pruneKeys(RememberedKey oldest) throws IOException {
        session.rows(
                "DELETE FROM omnisql.keys WHERE slot < $1::bigint OR time_micros < $2::bigint",
                Long.toString(oldest.slot()),
                Long.toString(oldest.timeMicros()));
    }

    CatalogTraits traits() throws IOException {
        return CatalogTraits.read(session);
    }

    /** Whether a session of this role can be had, by what the catalog says. */
    boolean admits(String role) throws IOException {
        return "t".equals(session.single("""
                SELECT EXISTS (SELECT FROM pg_roles r WHERE rolname = $1 AND rolcanlogin AND (rolsuper OR rolconnlimit <> 0
                  AND has_database_privilege(r.oid, current_database(), 'CONNECT')))""", role));
    }

    /** Makes room for a session of this role. */
    void endSessionsOf(String role) throws IOException {
        session.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", role);
    }

    /** Ends a session that nobody reads any more, and waits until it cannot draw from sequences. */
    void awaitEnd(int pid) throws IOException, NodeTrouble {
        session.rows(
                "SELECT pg_terminate_backend($1::int, $2::bigint)",
                Integer.toString(pid),
                Long.toString(END_MAX.toMillis()));
        if (!session.single("SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int", Integer.toString(pid))
                .equals("0")) {
            throw new NodeTrouble("PostgreSQL's session " + pid + " does not end");
        }
    }

    @Override
    public void close() {
        session.close();
    }

    private static long number(@Nullable String text) {
        return Long.parseLong(String.valueOf(text));
    }

    private static byte[] bytes(@Nullable String hex) {
        return HexFormat.of().parseHex(String.valueOf(hex));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
