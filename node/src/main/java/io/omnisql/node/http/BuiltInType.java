package io.omnisql.node.http;

import java.util.Map;

/** PostgreSQL's built-in types whose numbers are the same in every installation. */
final class BuiltInType {
    static final int BOOL = 16;
    static final int INT8 = 20;
    static final int INT2 = 21;
    static final int INT4 = 23;
    static final int OID = 26;
    static final int JSON = 114;
    static final int FLOAT4 = 700;
    static final int FLOAT8 = 701;
    static final int NUMERIC = 1700;
    static final int JSONB = 3802;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(BOOL, "bool"),
            Map.entry(17, "bytea"),
            Map.entry(18, "char"),
            Map.entry(19, "name"),
            Map.entry(INT8, "int8"),
            Map.entry(INT2, "int2"),
            Map.entry(INT4, "int4"),
            Map.entry(25, "text"),
            Map.entry(OID, "oid"),
            Map.entry(JSON, "json"),
            Map.entry(142, "xml"),
            Map.entry(199, "json[]"),
            Map.entry(600, "point"),
            Map.entry(650, "cidr"),
            Map.entry(FLOAT4, "float4"),
            Map.entry(FLOAT8, "float8"),
            Map.entry(705, "unknown"),
            Map.entry(790, "money"),
            Map.entry(829, "macaddr"),
            Map.entry(869, "inet"),
            Map.entry(1000, "bool[]"),
            Map.entry(1005, "int2[]"),
            Map.entry(1007, "int4[]"),
            Map.entry(1009, "text[]"),
            Map.entry(1015, "varchar[]"),
            Map.entry(1016, "int8[]"),
            Map.entry(1021, "float4[]"),
            Map.entry(1022, "float8[]"),
            Map.entry(1042, "bpchar"),
            Map.entry(1043, "varchar"),
            Map.entry(1082, "date"),
            Map.entry(1083, "time"),
            Map.entry(1114, "timestamp"),
            Map.entry(1115, "timestamp[]"),
            Map.entry(1182, "date[]"),
            Map.entry(1184, "timestamptz"),
            Map.entry(1185, "timestamptz[]"),
            Map.entry(1186, "interval"),
            Map.entry(1231, "numeric[]"),
            Map.entry(1266, "timetz"),
            Map.entry(1560, "bit"),
            Map.entry(1562, "varbit"),
            Map.entry(NUMERIC, "numeric"),
            Map.entry(2205, "regclass"),
            Map.entry(2206, "regtype"),
            Map.entry(2249, "record"),
            Map.entry(2278, "void"),
            Map.entry(2950, "uuid"),
            Map.entry(2951, "uuid[]"),
            Map.entry(3220, "pg_lsn"),
            Map.entry(3614, "tsvector"),
            Map.entry(3615, "tsquery"),
            Map.entry(JSONB, "jsonb"),
            Map.entry(3807, "jsonb[]"),
            Map.entry(3904, "int4range"),
            Map.entry(3906, "numrange"),
            Map.entry(3908, "tsrange"),
            Map.entry(3910, "tstzrange"),
            Map.entry(3912, "daterange"),
            Map.entry(3926, "int8range"));

    private BuiltInType() {}

    static String name(int oid) {
        return NAMES.getOrDefault(oid, "other");
    }
}
