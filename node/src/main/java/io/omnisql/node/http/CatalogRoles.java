package io.omnisql.node.http;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.SqlReader;
import io.omnisql.node.gateway.SqlReader.Reading;
import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.ReplicatedStatement;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import io.omnisql.node.sql.SessionSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Asks the node's own PostgreSQL, whose roles are replicated like everything else. */
final class CatalogRoles implements Roles {
    private static final Logger LOG = Logger.getLogger(CatalogRoles.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Schema public may hold operators of the clients': they must not be called with a superuser's rights. */
    private static final Map<String, String> OWN_PATH = Map.of("search_path", "pg_catalog");

    /** One row for each setting of the role, the strongest last; at least one row when it may log in. */
    private static final String QUERY = """
            SELECT a.rolpassword, s.setting
              FROM pg_catalog.pg_authid a
              LEFT JOIN LATERAL (
                SELECT pg_catalog.unnest(d.setconfig) AS setting, d.setrole <> 0 AS of_role, d.setdatabase <> 0 AS of_database
                  FROM pg_catalog.pg_db_role_setting d
                 WHERE d.setrole IN (0, a.oid) AND d.setdatabase IN
                   (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))) s ON true
             WHERE a.rolname = $1 AND a.rolcanlogin AND a.rolpassword IS NOT NULL
               AND (a.rolvaliduntil IS NULL OR a.rolvaliduntil > pg_catalog.now())
               AND pg_catalog.has_database_privilege(a.oid, pg_catalog.current_database(), 'CONNECT')
             ORDER BY s.of_role, s.of_database
            """;

    private final SqlReader reader;
    private final String systemUser;

    CatalogRoles(SqlReader reader, String systemUser) {
        this.reader = reader;
        this.systemUser = systemUser;
    }

    @Override
    public Optional<Login> find(String role) throws RequestRefused {
        if (role.equals(systemUser)) {
            return Optional.empty(); // The node's own role is nobody's login.
        }
        var name = new Parameter(0, 0, role.getBytes(StandardCharsets.UTF_8));
        var statement = new ReplicatedStatement(QUERY, Grouping.SHARED, List.of(name), List.of());
        var reading = new Reading(systemUser, systemUser, OWN_PATH, List.of(statement));
        List<StatementResult> results =
                Waiting.within(reader.read(reading), TIMEOUT).orElseThrow(CatalogRoles::unavailable);
        if (results.isEmpty() || results.getFirst().isError()) {
            LOG.warnf(
                    "Role could not be looked up: cause=%s",
                    results.isEmpty()
                            ? "no result"
                            : ResultReader.error(results.getFirst()).message());
            throw unavailable();
        }
        List<List<Optional<String>>> rows =
                ResultReader.table(results.getFirst()).texts();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        return rows.getFirst().getFirst().map(verifier -> new Login(role, verifier, settings(rows)));
    }

    private static SortedMap<String, String> settings(List<List<Optional<String>>> rows) {
        SortedMap<String, String> settings = new TreeMap<>();
        for (List<Optional<String>> row : rows) {
            String setting = row.getLast().orElse("");
            int equals = setting.indexOf('=');
            if (equals > 0 && SessionSettings.isValueAffecting(setting.substring(0, equals))) {
                settings.put(setting.substring(0, equals).toLowerCase(Locale.ROOT), setting.substring(equals + 1));
            }
        }
        return settings;
    }

    private static RequestRefused unavailable() {
        return new RequestRefused(
                SqlError.withHint("57P03", "this node's PostgreSQL does not answer", "Try again, or another node."));
    }
}
