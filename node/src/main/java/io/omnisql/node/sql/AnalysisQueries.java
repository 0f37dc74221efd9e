package io.omnisql.node.sql;

/** The questions that the analysis asks of PostgreSQL, word for word. All within one transaction that is rolled back. */
final class AnalysisQueries {
    private AnalysisQueries() {}

    static final String BEGIN = "BEGIN";
    static final String ROLLBACK = "ROLLBACK";
    static final String SAVEPOINT = "SAVEPOINT omnisql_probe";
    static final String ROLLBACK_TO_SAVEPOINT = "ROLLBACK TO SAVEPOINT omnisql_probe";
    static final String NO_WAITING = "SET LOCAL lock_timeout = '10s'";

    /** $1 name, $2 value. */
    static final String SET = "SELECT pg_catalog.set_config($1, $2, true)";

    /** Definitions that are tried out may ask for time and chance. */
    static final String SOME_INPUTS =
            "SELECT pg_catalog.set_config('omnisql.envelope', '1', true), pg_catalog.setseed(0)";

    /** The schemas that the client's role really sees, so that a superuser resolves names exactly as that role would. */
    static final String SEARCH_PATH = "SELECT pg_catalog.array_to_string(array(SELECT pg_catalog.quote_ident(s)"
            + " FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS u(s, n) ORDER BY n), ', ')";

    /** $1 type OID. */
    static final String TYPE_NAME = "SELECT pg_catalog.format_type($1::pg_catalog.oid, NULL)";

    /** Of sessions that choose none. */
    static final String DEFAULT_PATH = "\"$user\", public";

    /**
     * While our own questions are asked: the client's schemas may hold operators of the same names, and code of the client's must not be
     * executed by the superuser.
     */
    static final String OWN_PATH = "pg_catalog, pg_temp";

    static final String PREPARED = "omnisql_types";

    static final String PREPARED_TYPES = "SELECT u.t::pg_catalog.oid::pg_catalog.text"
            + " FROM pg_catalog.pg_prepared_statements p, pg_catalog.unnest(p.parameter_types)"
            + " WITH ORDINALITY AS u(t, n) WHERE p.name = '" + PREPARED + "' ORDER BY u.n";

    static final String FUNCTION = "pg_temp.omnisql_analysed";

    static final String ANALYSED = "SELECT prosqlbody::pg_catalog.text FROM pg_catalog.pg_proc"
            + " WHERE pronamespace = pg_catalog.pg_my_temp_schema() AND proname = 'omnisql_analysed'";

    private static final String FUNCTION_COLUMNS = """
            SELECT p.oid, n.nspname, p.proname,
                   p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')',
                   p.prokind, p.provolatile, l.lanname,
                   CASE WHEN p.oid < 16384 THEN '' ELSE p.prosrc END,
                   CASE WHEN p.oid < 16384 THEN '' ELSE COALESCE(p.prosqlbody::pg_catalog.text, '') END,
                   EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                           AND d.objid = p.oid AND d.deptype = 'e'),
                   p.proretset,
                   COALESCE((SELECT pg_catalog.concat_ws(',', a.aggtransfn::pg_catalog.oid, a.aggfinalfn::pg_catalog.oid,
                                     a.aggcombinefn::pg_catalog.oid, a.aggserialfn::pg_catalog.oid, a.aggdeserialfn::pg_catalog.oid,
                                     a.aggmtransfn::pg_catalog.oid, a.aggminvtransfn::pg_catalog.oid, a.aggmfinalfn::pg_catalog.oid)
                             FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid AND p.oid >= 16384), ''),
                   p.pronargs,
                   CASE WHEN p.oid < 16384 THEN NULL ELSE p.proargdefaults::pg_catalog.text END
            FROM pg_catalog.pg_proc p
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            """;

    /** $1 array of OIDs. */
    static final String FUNCTIONS = FUNCTION_COLUMNS + "WHERE p.oid = ANY ($1::pg_catalog.oid[])";

    /** $1 array of names. */
    static final String FUNCTIONS_BY_NAME = FUNCTION_COLUMNS
            + "WHERE p.proname = ANY ($1::pg_catalog.name[]) AND n.nspname <> 'omnisql' ORDER BY p.oid";

    /** What the text of a function's body may call without naming a function: operators, casts, checks of domains. */
    static final String UNNAMED_CODE = """
            SELECT 'operator', oprname, oprcode::pg_catalog.oid::pg_catalog.text FROM pg_catalog.pg_operator
            WHERE oid >= 16384 AND oprcode <> 0
            UNION ALL
            SELECT 'cast', '', p.oid::pg_catalog.text FROM pg_catalog.pg_cast c
            JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
            JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            WHERE c.oid >= 16384 AND l.lanname IN ('sql', 'plpgsql')
            UNION ALL
            SELECT 'check', '', k.conbin::pg_catalog.text FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_type t ON t.oid = k.contypid WHERE t.oid >= 16384 AND k.conbin IS NOT NULL
            ORDER BY 1, 2, 3
            LIMIT 5001
            """;

    /** $1 array of OIDs. */
    static final String RELATIONS = """
            SELECT c.oid, n.nspname, c.relname, c.relkind,
                   c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
                   EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'),
                   (SELECT r.ev_action::pg_catalog.text FROM pg_catalog.pg_rewrite r
                    WHERE r.ev_class = c.oid AND r.rulename = '_RETURN' AND c.relkind IN ('v', 'm')),
                   COALESCE((SELECT pg_catalog.string_agg(i.inhrelid::pg_catalog.text, ',')
                             FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid), ''),
                   COALESCE((SELECT pg_catalog.string_agg(DISTINCT u.k::pg_catalog.text, ',')
                             FROM pg_catalog.pg_constraint k CROSS JOIN pg_catalog.unnest(k.conkey) AS u(k)
                             WHERE k.conrelid = c.oid AND k.contype = 'f' AND 'd' IN (k.confdeltype, k.confupdtype)), ''),
                   EXISTS (SELECT FROM pg_catalog.pg_partitioned_table s
                           CROSS JOIN pg_catalog.unnest(s.partattrs::pg_catalog.int2[]) AS u(k)
                           LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.k
                           LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                           WHERE s.partrelid = c.oid AND s.partstrat = 'h'
                             AND (t.oid IS NULL OR t.typtype <> 'b' OR t.typcategory = 'A'))
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ANY ($1::pg_catalog.oid[])
            """;

    /** $1 array of OIDs: foreign keys that change the tables that refer to these. */
    static final String REFERENCES = """
            SELECT k.confrelid, k.conrelid, k.confdeltype IN ('c', 'n', 'd'), k.confupdtype IN ('c', 'n', 'd'),
                   pg_catalog.array_to_string(k.confkey, ',')
            FROM pg_catalog.pg_constraint k
            WHERE k.confrelid = ANY ($1::pg_catalog.oid[]) AND k.contype = 'f'
              AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
            ORDER BY k.oid
            """;

    /** $1 array of names: what the text of a function's body may mean by them. */
    static final String RELATIONS_BY_NAME = "SELECT c.relname, c.oid FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = ANY ($1::pg_catalog.name[])"
            + " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (n.nspname NOT IN ('pg_catalog', 'information_schema')"
            + " OR c.relname LIKE 'pg\\_%') ORDER BY c.oid";

    /** $1 array of OIDs. */
    static final String COLUMNS = """
            SELECT a.attrelid, a.attnum, a.attnotnull, a.attidentity <> '', a.attgenerated <> '',
                   COALESCE(d.adbin::pg_catalog.text, t.typdefaultbin::pg_catalog.text)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attrelid, a.attnum
            """;

    /**
     * $1 array of OIDs: unique indexes that hold at once for all rows, over plain columns. What is unique by another collation may still
     * be equal by the column's own, when that takes different texts for equal.
     */
    static final String KEYS = """
            SELECT i.indrelid, (SELECT pg_catalog.string_agg(k::pg_catalog.text, ',' ORDER BY n)
                                FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS u(k, n)
                                WHERE n <= i.indnkeyatts)
            FROM pg_catalog.pg_index i
            WHERE i.indrelid = ANY ($1::pg_catalog.oid[]) AND i.indisunique AND i.indimmediate AND i.indisvalid
              AND i.indpred IS NULL AND i.indexprs IS NULL
              AND NOT EXISTS (SELECT FROM ROWS FROM (pg_catalog.unnest(i.indkey::pg_catalog.int2[]),
                                              pg_catalog.unnest(i.indcollation::pg_catalog.oid[])) AS u(k, c)
                              JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.k
                              JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
                              WHERE u.c <> 0 AND u.c <> a.attcollation AND NOT l.collisdeterministic)
            ORDER BY i.indrelid, i.indexrelid
            """;

    /**
     * $1 array of OIDs: unique indexes and exclusion constraints that are checked row by row. Key columns, expressions, condition, and
     * whether equal values may not collide. Of those that only a partition or a child has, just the columns are told.
     */
    static final String UNIQUES = """
            SELECT i.indrelid,
                   COALESCE((SELECT pg_catalog.string_agg(k::pg_catalog.text, ',')
                             FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS u(k, n)
                             WHERE n <= i.indnkeyatts AND k > 0), ''),
                   i.indexprs::pg_catalog.text, i.indpred::pg_catalog.text, i.indisexclusion
            FROM pg_catalog.pg_index i
            WHERE i.indrelid = ANY ($1::pg_catalog.oid[]) AND (i.indisunique OR i.indisexclusion) AND i.indimmediate
            UNION ALL
            (WITH RECURSIVE parts(root, oid) AS (
                SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = ANY ($1::pg_catalog.oid[])
                UNION
                SELECT p.root, i.inhrelid FROM parts p JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid)
            SELECT p.root, pg_catalog.string_agg(r.attnum::pg_catalog.text, ','), NULL, NULL, true
            FROM parts p
            JOIN pg_catalog.pg_index i ON i.indrelid = p.oid
            JOIN pg_catalog.pg_attribute a ON a.attrelid = p.oid
            JOIN pg_catalog.pg_attribute r ON r.attrelid = p.root AND r.attname = a.attname
            WHERE (i.indisunique OR i.indisexclusion) AND i.indimmediate
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
              AND (a.attnum = ANY (i.indkey::pg_catalog.int2[]) OR EXISTS (
                    SELECT FROM pg_catalog.pg_depend d
                    LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
                    WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = p.oid
                      AND d.refobjsubid = a.attnum
                      AND (k.conindid = i.indexrelid OR (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                                         AND d.objid = i.indexrelid))))
            GROUP BY p.root, i.indexrelid)
            """;

    /** Types that a value of a type is or holds: of domains, arrays, rows and ranges. */
    private static final String TYPES_WITHIN = """
            UNION
            SELECT r.root, x.oid FROM reached r JOIN pg_catalog.pg_type t ON t.oid = r.oid CROSS JOIN LATERAL (
                SELECT t.typbasetype AS oid
                UNION ALL SELECT t.typelem
                UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL SELECT g.rngsubtype FROM pg_catalog.pg_range g WHERE t.oid IN (g.rngtypid, g.rngmultitypid)) x
            WHERE x.oid >= 16384)
            SELECT r.root, k.conbin::pg_catalog.text FROM reached r
            JOIN pg_catalog.pg_constraint k ON k.contypid = r.oid AND k.conbin IS NOT NULL
            """;

    /** $1 array of OIDs of types. */
    static final String TYPE_CHECKS =
            "WITH RECURSIVE reached(root, oid) AS (SELECT u.t, u.t FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS u(t)\n"
                    + TYPES_WITHIN;

    /** $1 array of OIDs: what PostgreSQL evaluates for each row besides defaults. */
    static final String CHECKS = """
            SELECT conrelid, conbin::pg_catalog.text FROM pg_catalog.pg_constraint
            WHERE conrelid = ANY ($1::pg_catalog.oid[]) AND conbin IS NOT NULL
            UNION ALL
            (WITH RECURSIVE reached(root, oid) AS (
                SELECT a.attrelid, a.atttypid FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = ANY ($1::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
            """ + TYPES_WITHIN + """
            )
            UNION ALL
            SELECT p.polrelid, x.tree FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
            CROSS JOIN LATERAL (VALUES (p.polqual::pg_catalog.text), (p.polwithcheck::pg_catalog.text)) AS x(tree)
            WHERE p.polrelid = ANY ($1::pg_catalog.oid[]) AND c.relrowsecurity AND x.tree IS NOT NULL
            UNION ALL
            SELECT tgrelid, tgqual::pg_catalog.text FROM pg_catalog.pg_trigger
            WHERE tgrelid = ANY ($1::pg_catalog.oid[]) AND tgqual IS NOT NULL AND NOT tgisinternal
            UNION ALL
            SELECT indrelid, x.tree FROM pg_catalog.pg_index
            CROSS JOIN LATERAL (VALUES (indexprs::pg_catalog.text), (indpred::pg_catalog.text)) AS x(tree)
            WHERE indrelid = ANY ($1::pg_catalog.oid[]) AND x.tree IS NOT NULL
            """;

    /** $1 array of OIDs. */
    static final String TRIGGERS = """
            SELECT tgrelid, tgfoid FROM pg_catalog.pg_trigger
            WHERE tgrelid = ANY ($1::pg_catalog.oid[]) AND NOT tgisinternal AND tgenabled <> 'D'
            ORDER BY tgrelid, oid
            """;
}
