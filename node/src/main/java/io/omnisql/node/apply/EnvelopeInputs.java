package io.omnisql.node.apply;

/** How a session is told the time and the seed that a command shall see. */
final class EnvelopeInputs {
    static final String SET =
            "SELECT pg_catalog.set_config('omnisql.envelope', $1, true), pg_catalog.setseed($2::float8)";
    static final String CLEAR = "SELECT pg_catalog.set_config('omnisql.envelope', '', true)";

    private EnvelopeInputs() {}

    static String[] values(long timeMicros, long seed) {
        return new String[] {Long.toString(timeMicros), Double.toString((seed >> 11) * 0x1p-52)};
    }
}
