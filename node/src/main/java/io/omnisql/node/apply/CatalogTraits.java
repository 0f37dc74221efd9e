package io.omnisql.node.apply;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the applier must know about the database's contents. Asked at the start and after every command that may change the catalog.
 *
 * @param hasDeferrableConstraints a command may fail only at its end: then each has a transaction of its own
 * @param hasSettingFunctions a function may change settings for its neighbours: the same
 * @param hasSequences something must be put back after a rollback
 * @param roles digest of what a session takes from roles and database when it is opened
 */
record CatalogTraits(
        boolean hasDeferrableConstraints, boolean hasSettingFunctions, boolean hasSequences, String roles) {
    /** What PostgreSQL keeps as a tree (BEGIN ATOMIC, defaults, views) names the functions by their ids. */
    private static final String QUERY = """
            SELECT
              EXISTS (SELECT FROM pg_constraint WHERE condeferrable)
                OR EXISTS (SELECT FROM pg_trigger WHERE tgdeferrable AND NOT tgisinternal),
              EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'omnisql')
                        AND p.prosrc ~* 'set_config|setval|(^|[;''$]|\\m(begin|then|loop|else))\\s*(set|reset|discard)\\M')
                OR EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND prosqlbody::text LIKE ANY (setting.calls))
                OR EXISTS (SELECT FROM pg_attrdef WHERE adbin::text LIKE ANY (setting.calls))
                OR EXISTS (SELECT FROM pg_rewrite WHERE ev_class >= 16384 AND ev_action::text LIKE ANY (setting.calls)),
              EXISTS (SELECT FROM pg_sequence),
              md5(concat(
                (SELECT string_agg(concat_ws(' ', r.oid, rolname, rolsuper, rolcanlogin, rolconnlimit), ',' ORDER BY r.oid)
                   FROM pg_roles r),
                (SELECT string_agg(concat_ws(' ', setdatabase, setrole, setconfig), ',' ORDER BY setdatabase, setrole)
                   FROM pg_db_role_setting),
                (SELECT concat_ws(' ', datacl, datconnlimit) FROM pg_database WHERE datname = current_database())))
            FROM (SELECT array_agg(concat('%:funcid ', oid, ' %')) AS calls FROM pg_proc
                  WHERE proname IN ('set_config', 'setval') AND pronamespace = 'pg_catalog'::regnamespace) setting
            """;

    static CatalogTraits read(PostgresSession session) throws IOException {
        @Nullable String[] row = session.rows(QUERY).getFirst();
        return new CatalogTraits(isTrue(row, 0), isTrue(row, 1), isTrue(row, 2), String.valueOf(row[3]));
    }

    /** Whether every command needs a transaction of its own. */
    boolean forbidsGroups() {
        return hasDeferrableConstraints || hasSettingFunctions;
    }

    private static boolean isTrue(@Nullable String[] row, int column) {
        return "t".equals(row[column]);
    }
}
