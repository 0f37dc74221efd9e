package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.ClientFacts;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgprotocol.SqlState;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import io.omnisql.node.sql.Classification.OmnisqlSetting;
import io.omnisql.node.sql.RequestId;
import io.omnisql.node.sql.SessionSettings;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client's session: its omnisql settings, its role and the settings that travel with its writes. PostgreSQL holds
 * the truth; after whatever may have changed it, it is asked again before the next statement that depends on it.
 */
final class SessionState {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** A cancellation that was meant for the statement before may hit our question. */
    private static final int ATTEMPTS = 3;

    /** What a session must be between transactions, whatever a function did to it. */
    static final String RESTORE_READ_ONLY = "SET default_transaction_read_only = on";

    private final ClientSettings defaults;
    private final long sessionHigh = RANDOM.nextLong();
    private final long sessionLow = RANDOM.nextLong();
    private final List<SqlError> warnings = new ArrayList<>();
    private ClientSettings settings;
    private @Nullable ClientFacts facts;
    private boolean isStale = true;
    private boolean mustRestoreReadOnly;
    private long writes;
    private @Nullable String usedKey;

    SessionState(ClientSettings defaults) {
        this.defaults = defaults;
        this.settings = defaults;
    }

    ClientSettings settings() {
        return settings;
    }

    ClientSettings defaults() {
        return defaults;
    }

    /** Settings or the role may differ from now on. */
    void touched() {
        isStale = true;
    }

    /** PostgreSQL told that sessions would be read-write by default: that must not last. */
    void readOnlyWasSwitchedOff() {
        mustRestoreReadOnly = true;
    }

    /** Whether PostgreSQL must be asked before the next statement. */
    boolean needsRefresh() {
        return isStale || mustRestoreReadOnly;
    }

    /** What was wrong with settings that came from a role or a function; forgotten when told. */
    List<SqlError> takeWarnings() {
        List<SqlError> taken = List.copyOf(warnings);
        warnings.clear();
        return taken;
    }

    /** The exactly-once key of the session's next write. */
    RequestId nextRequestId() {
        return new RequestId(sessionHigh, sessionLow, ++writes);
    }

    /** SET, as far as the value is known from the text already; the truth follows at the next refresh. */
    void change(OmnisqlSetting setting) throws InvalidSetting {
        settings = settings.with(setting.name(), setting.value(), defaults);
        if (setting.name().equals(ClientSettings.IDEMPOTENCY_KEY)) {
            usedKey = null; // The same key again is a retry.
        }
        isStale = true;
    }

    /** The key was for one write. */
    void forgetIdempotencyKey() {
        usedKey = settings.idempotencyKey();
        settings = settings.withIdempotencyKey(null);
    }

    /** The role and settings of the next write. Only outside transaction blocks: it asks PostgreSQL when they may have changed. */
    Future<ClientFacts> facts(BackendLink backend) {
        ClientFacts known = facts;
        return known != null && !isStale ? Future.succeededFuture(known) : refresh(backend);
    }

    /** Reads everything anew. Only outside transaction blocks. */
    Future<ClientFacts> refresh(BackendLink backend) {
        String restore = mustRestoreReadOnly ? RESTORE_READ_ONLY + ";" : "";
        mustRestoreReadOnly = false;
        isStale = false;
        String question = restore + keptSettings() + ";" + SessionSettings.CURRENT;
        return ask(backend, question, ATTEMPTS).map(this::learn);
    }

    private static Future<List<List<String>>> ask(BackendLink backend, String question, int attempts) {
        Future<List<List<String>>> answer = HiddenQuery.ask(backend, question);
        return attempts == 1 ? answer : answer.recover(failure -> ask(backend, question, attempts - 1));
    }

    /** Makes PostgreSQL keep our settings, each with its present value or else the default, so that SHOW finds them. */
    private String keptSettings() {
        return ClientSettings.NAMES.stream()
                .map(name -> "SELECT '" + ClientSettings.PREFIX + name + "', " + kept(name))
                .collect(Collectors.joining(
                        " UNION ALL ",
                        "SELECT '', pg_catalog.set_config('omnisql.applied_index', '', false) UNION ALL ",
                        ""));
    }

    private String kept(String name) {
        String full = "'" + ClientSettings.PREFIX + name + "'";
        return "pg_catalog.set_config(" + full + ", coalesce(nullif(pg_catalog.current_setting(" + full
                + ", true), ''), '" + defaults.text(name) + "'), false)";
    }

    private ClientFacts learn(List<List<String>> rows) {
        var values = new TreeMap<String, String>();
        for (List<String> row : rows) {
            values.put(row.get(0), row.get(1));
        }
        ClientSettings learned = defaults;
        for (String name : ClientSettings.NAMES) {
            String value = values.remove(ClientSettings.PREFIX + name);
            learned = learned(learned, name, value);
        }
        settings = learned;
        if (usedKey != null && usedKey.equals(learned.idempotencyKey())) {
            forgetIdempotencyKey();
        }
        values.remove("");
        String sessionUser = values.remove("session_user");
        String role = values.remove("role");
        if (sessionUser == null || role == null) {
            throw new IllegalStateException("PostgreSQL did not tell the session's roles");
        }
        var known = new ClientFacts(sessionUser, role, values);
        facts = known;
        return known;
    }

    private ClientSettings learned(ClientSettings before, String name, @Nullable String value) {
        try {
            return value == null ? before : before.with(name, value, defaults);
        } catch (InvalidSetting invalid) {
            warnings.add(SqlError.withHint(
                    SqlState.WARNING,
                    invalid.error().message() + "; the default is used",
                    String.valueOf(invalid.error().hint())));
            return before;
        }
    }

    /** The text that makes PostgreSQL forget the key, too. */
    static String forgetIdempotencyKeySql() {
        return "SELECT pg_catalog.set_config('" + ClientSettings.PREFIX + ClientSettings.IDEMPOTENCY_KEY
                + "', '', false)";
    }
}
