package io.omnisql.node.sql;

import java.util.List;

/**
 * Which of PostgreSQL's own functions give the same on every node although PostgreSQL does not call them immutable, and which names never
 * do. Everything that is not listed here and is not immutable is refused.
 */
final class DeterministicFunctions {
    private DeterministicFunctions() {}

    /** Whether a STABLE function of pg_catalog depends on nothing but its arguments and the settings in the envelope. */
    static boolean isStableOnAllNodes(String name) {
        return STABLE.contains(name);
    }

    /** Whether a call gives another value each time, so that the order of rows decides which row gets which. */
    static boolean isChance(String name) {
        return CHANCE.contains(name);
    }

    /** Whether a function of this name never gives the same on all nodes, whoever wrote it. */
    static boolean isDenied(String name) {
        return DENIED.contains(name);
    }

    /** Whether an IMMUTABLE function of pg_catalog hashes object ids: those of an enum's labels, of types and roles differ between nodes. */
    static boolean mayHashObjectIds(String name) {
        return OBJECT_HASHES.contains(name.replace("extended", "").replaceAll("_$", ""));
    }

    /** Aggregates of pg_catalog whose result is the same in whatever order the rows come. */
    static boolean isOrderFree(String signature) {
        return ORDER_FREE.contains(signature);
    }

    /** Window functions whose result does not depend on the order among peers. */
    static boolean isPeerSafe(String name) {
        return PEER_SAFE.contains(name);
    }

    private static final List<String> CHANCE =
            List.of("random", "random_normal", "gen_random_uuid", "nextval", "setval");

    private static final List<String> OBJECT_HASHES = List.of(
            "hashenum",
            "hash_aclitem",
            "hash_array",
            "hash_multirange",
            "hash_range",
            "hash_record",
            "satisfies_hash_partition");

    private static final List<String> PEER_SAFE = List.of("rank", "dense_rank", "percent_rank", "cume_dist");

    private static final List<String> DENIED = List.of(
            "currval",
            "lastval",
            "pg_backend_pid",
            "pg_current_snapshot",
            "pg_current_wal_insert_lsn",
            "pg_current_wal_lsn",
            "pg_current_xact_id",
            "pg_database_size",
            "pg_postmaster_start_time",
            "pg_relation_size",
            "pg_sleep",
            "pg_sleep_for",
            "pg_sleep_until",
            "pg_table_size",
            "pg_total_relation_size",
            "setseed",
            "timeofday",
            "txid_current",
            "gen_random_bytes",
            "gen_salt",
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v4",
            "version");

    private static final List<String> STABLE = List.of(
            "anytextcat",
            "array_to_json",
            "array_to_string",
            "concat",
            "concat_ws",
            "convert",
            "convert_from",
            "convert_to",
            "current_schema",
            "current_schemas",
            "current_user",
            "date",
            "date_add",
            "date_part",
            "date_subtract",
            "date_trunc",
            "enum_first",
            "enum_last",
            "enum_range",
            "extract",
            "format",
            "generate_series",
            "getdatabaseencoding",
            "in_range",
            "json_build_array",
            "json_build_object",
            "json_to_tsvector",
            "jsonb_build_array",
            "jsonb_build_object",
            "jsonb_path_exists_tz",
            "jsonb_path_match_tz",
            "jsonb_path_query_array_tz",
            "jsonb_path_query_first_tz",
            "jsonb_path_query_tz",
            "jsonb_to_tsvector",
            "length",
            "make_timestamptz",
            "money",
            "numeric",
            "overlaps",
            "phraseto_tsquery",
            "plainto_tsquery",
            "quote_literal",
            "quote_nullable",
            "row_to_json",
            "session_user",
            "textanycat",
            "time",
            "timestamp",
            "timestamptz",
            "timestamptz_mi_interval",
            "timestamptz_pl_interval",
            "interval_pl_timestamptz",
            "timetz",
            "timezone",
            "to_char",
            "to_date",
            "to_json",
            "to_jsonb",
            "to_number",
            "to_timestamp",
            "to_tsquery",
            "to_tsvector",
            "websearch_to_tsquery",
            "xml",
            "xml_is_well_formed");

    private static final List<String> ORDER_FREE = List.of(
            "avg(bigint)",
            "avg(integer)",
            "avg(interval)",
            "avg(numeric)",
            "avg(smallint)",
            "bool_and(boolean)",
            "bool_or(boolean)",
            "every(boolean)",
            "bit_and(bigint)",
            "bit_and(bit)",
            "bit_and(integer)",
            "bit_and(smallint)",
            "bit_or(bigint)",
            "bit_or(bit)",
            "bit_or(integer)",
            "bit_or(smallint)",
            "bit_xor(bigint)",
            "bit_xor(bit)",
            "bit_xor(integer)",
            "bit_xor(smallint)",
            "count()",
            "count(\"any\")",
            "regr_count(double precision, double precision)",
            "stddev(bigint)",
            "stddev(integer)",
            "stddev(numeric)",
            "stddev(smallint)",
            "stddev_pop(bigint)",
            "stddev_pop(integer)",
            "stddev_pop(numeric)",
            "stddev_pop(smallint)",
            "stddev_samp(bigint)",
            "stddev_samp(integer)",
            "stddev_samp(numeric)",
            "stddev_samp(smallint)",
            "sum(bigint)",
            "sum(integer)",
            "sum(interval)",
            "sum(money)",
            "sum(numeric)",
            "sum(smallint)",
            "var_pop(bigint)",
            "var_pop(integer)",
            "var_pop(numeric)",
            "var_pop(smallint)",
            "var_samp(bigint)",
            "var_samp(integer)",
            "var_samp(numeric)",
            "var_samp(smallint)",
            "variance(bigint)",
            "variance(integer)",
            "variance(numeric)",
            "variance(smallint)");
}
