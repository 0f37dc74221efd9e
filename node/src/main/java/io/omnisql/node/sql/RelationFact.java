package io.omnisql.node.sql;

import java.util.ArrayList;
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
 * @param parts its partitions and children
 * @param references foreign keys by which a change of it changes other tables
 * @param setToDefault columns that a foreign key may set to their defaults
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
        List<Integer> parts,
        List<Reference> references,
        List<Integer> setToDefault,
        boolean isSpreadByObjectIds) {

    /** Tables that a change of it changes as well. */
    List<Integer> affected() {
        List<Integer> affected = new ArrayList<>(parts);
        references.forEach(reference -> affected.add(reference.from()));
        return affected;
    }

    /**
     * A foreign key with an action.
     *
     * @param from the table that refers to this one
     * @param followsDelete whether a row's deletion changes those that refer to it
     * @param followsUpdate whether another value of a column does
     * @param columns what is referred to
     */
    record Reference(int from, boolean followsDelete, boolean followsUpdate, List<Integer> columns) {}

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
