package io.omnisql.node.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of a function, aggregate or window function.
 *
 * @param signature name and argument types, without the schema
 * @param kind f, p, a or w as in pg_proc.prokind
 * @param volatility i, s or v
 * @param source the body as text
 * @param sqlBody the body as pg_node_tree; empty when it has none
 * @param isOfExtension whether it came with an extension
 * @param returnsSet whether it gives rows
 * @param parts functions that an aggregate consists of
 * @param argumentCount how many arguments it takes
 * @param defaults tree of the defaults of its last arguments, which a call does not show; null when there are none
 */
record FunctionFact(
        int oid,
        String schema,
        String name,
        String signature,
        char kind,
        char volatility,
        String language,
        String source,
        String sqlBody,
        boolean isOfExtension,
        boolean returnsSet,
        List<Integer> parts,
        int argumentCount,
        @Nullable NodeTree defaults) {
    private static final int FIRST_USER_OID = 16384;

    FunctionFact {
        parts = List.copyOf(parts);
    }

    /** Whether it is PostgreSQL's own. */
    boolean isBuiltin() {
        return oid > 0 && oid < FIRST_USER_OID && schema.equals("pg_catalog");
    }

    /** Whether it is one of the node's own, which take time and chance from the envelope. */
    boolean isOmnisql() {
        return schema.equals("omnisql");
    }
}
