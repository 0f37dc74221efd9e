package io.omnisql.node.sql;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says of a table or view.
 *
 * @param kind as in pg_class.relkind
 * @param hasInheritors whether rows of other tables appear in it that its keys do not cover
 * @param hasRules whether rules other than a view's change what is done to it
 * @param columns by number
 * @param keys column numbers of each unique index that holds at every moment for all rows
 * @param uniques what must not collide at any moment, partly or computed perhaps: for each unique index and exclusion constraint its
 *     parts (key columns, key expressions, conditions) as the columns that they are made of, and 0 where equal values may not collide
 * @param checks trees of check constraints, policies and trigger conditions
 * @param triggers functions of its own triggers
 * @param view tree of the view's query, null for tables
 * @param affected tables that a change of it changes as well: by cascades or as its parts
 * @param isSetToDefault whether a foreign key may set its columns to their defaults
 * @param isSpreadByObjectIds whether a hash that may be one of object ids tells its rows' partitions
 */
record RelationFact(
        int oid,
        String schema,
        String name,
        char kind,
        boolean hasInheritors,
        boolean hasRules,
        SortedMap<Integer, Column> columns,
        List<List<Integer>> keys,
        List<List<SortedSet<Integer>>> uniques,
        List<NodeTree> checks,
        List<Integer> triggers,
        @Nullable NodeTree view,
        List<Integer> affected,
        boolean isSetToDefault,
        boolean isSpreadByObjectIds) {

    /**
     * A column.
     *
     * @param defaultValue tree of its default or generation expression, null when it has none
     */
    record Column(
            boolean isNotNull,
            boolean isIdentity,
            boolean isGenerated,
            @Nullable NodeTree defaultValue) {}
}
