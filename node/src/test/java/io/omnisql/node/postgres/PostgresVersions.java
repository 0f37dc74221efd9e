package io.omnisql.node.postgres;

import io.omnisql.node.pgclient.PostgresSession;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must be equal on all replicas, because results depend on it. Tests compare it; no running node does.
 *
 * @param serverVersion {@code server_version_num}
 * @param collation provider, locale and version of the database's default collation
 * @param icu version of ICU's root collation, or "none"
 * @param timeZones digest of the time zones' offsets at chosen instants, and of the abbreviations
 */
public record PostgresVersions(String serverVersion, String collation, String icu, String timeZones) {
    private static final String QUERY = """
            SELECT current_setting('server_version_num'),
              (SELECT concat_ws(' ', datlocprovider, datcollate, datctype, coalesce(datlocale, '-'), coalesce(datcollversion, '-'))
                 FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
              coalesce((SELECT pg_catalog.pg_collation_actual_version(oid) FROM pg_catalog.pg_collation
                 WHERE collprovider = 'i' ORDER BY collname COLLATE "C" LIMIT 1), 'none'),
              md5((SELECT pg_catalog.string_agg(abbrev || utc_offset::text || is_dst::text, ',' ORDER BY abbrev COLLATE "C")
                     FROM pg_catalog.pg_timezone_abbrevs)
               || (SELECT pg_catalog.string_agg(name || (instant AT TIME ZONE name)::text, ',' ORDER BY name COLLATE "C", instant)
                     FROM pg_catalog.pg_timezone_names,
                       pg_catalog.unnest(ARRAY['1975-07-01 UTC', '2005-04-01 UTC', '2024-03-20 UTC', '2026-07-01 UTC']::timestamptz[])
                         AS instant))
            """;

    /** Reads them over a session in the database that is replicated. */
    public static PostgresVersions read(PostgresSession session) throws IOException {
        session.execute("SET timezone TO 'UTC'; SET datestyle TO 'ISO'; SET intervalstyle TO 'postgres'");
        List<@Nullable String[]> rows = session.rows(QUERY);
        @Nullable String[] row = rows.getFirst();
        return new PostgresVersions(
                String.valueOf(row[0]), String.valueOf(row[1]), String.valueOf(row[2]), String.valueOf(row[3]));
    }
}
