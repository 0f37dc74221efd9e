package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import io.omnisql.node.sql.RelationFact.Column;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges changes of unique values. PostgreSQL checks a unique index row by row: {@code SET id = id + 1} fails where it meets a row that
 * still has the number that another one is given, and which comes first is told by where the rows lie on disk. Safe are one row, rows in one
 * order, and the same value for all rows: then rows that collide on the way collide in the end as well.
 */
final class KeyLint {
    private static final int MULTIPLE_ASSIGNMENT = 3;

    private final CatalogFacts catalog;
    private final Findings findings;

    KeyLint(CatalogFacts catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    void lint(QueryNode query) {
        switch (query.command()) {
            case QueryNode.UPDATE -> {
                if (!RowOrder.isSingleRow(query, catalog)) {
                    lint(query, query.node().nodes("targetList"));
                }
            }
            case QueryNode.MERGE -> {
                for (Node action : query.node().nodes("mergeActionList")) {
                    if (action.number("commandType") == QueryNode.UPDATE) {
                        lint(query, action.nodes("targetList"));
                    }
                }
            }
            case QueryNode.INSERT -> {
                Node conflict = query.node().node("onConflict");
                if (conflict != null && !RowOrder.isTotal(query, catalog)) {
                    lintConflict(query, conflict);
                }
            }
            default -> {
                // Deletes free keys only.
            }
        }
    }

    private void lint(QueryNode query, List<Node> targets) {
        SortedMap<Integer, Boolean> changed = new TreeMap<>();
        for (Node target : targets) {
            Node value = target.node("expr");
            int column = target.number("resno");
            if (value != null && !target.isTrue("resjunk") && !isUnchanged(query, column, value)) {
                changed.put(column, isFixed(query, value));
            }
        }
        judge(query, changed);
    }

    /** Rows of no certain order that meet rows with their key: what the key is compared with stays as it is. */
    private void lintConflict(QueryNode query, Node conflict) {
        SortedSet<Integer> arbiters = new TreeSet<>();
        for (Node element : conflict.nodes("arbiterElems")) {
            Node column = element.node("expr");
            if (column != null && column.is("VAR")) {
                arbiters.add(column.number("varattno"));
            }
        }
        SortedMap<Integer, Boolean> changed = new TreeMap<>();
        for (Node target : conflict.nodes("onConflictSet")) {
            Node value = target.node("expr");
            int column = target.number("resno");
            boolean isExcluded = value != null
                    && arbiters.contains(column)
                    && isColumn(value, conflict.number("exclRelIndex"), column);
            if (value != null && !isExcluded && !isColumn(value, query.target(), column)) {
                changed.put(column, false);
            }
        }
        judge(query, changed);
    }

    private boolean isUnchanged(QueryNode query, int column, Node value) {
        return isColumn(value, query.target(), column)
                || new RowIdentity(query, catalog).isEquated(query.target(), column, value);
    }

    static boolean isColumn(Node value, int source, int column) {
        Node bare = RowIdentity.stripped(value);
        return bare.is("VAR")
                && bare.number("varlevelsup") == 0
                && bare.number("varno") == source
                && bare.number("varattno") == column;
    }

    /** Whether all rows are given the same. */
    private boolean isFixed(QueryNode query, Node value) {
        boolean isOfSeveral = value.is("PARAM") && value.number("paramkind") == MULTIPLE_ASSIGNMENT;
        return !isOfSeveral && new RowIdentity(query, catalog).isFixed(value);
    }

    private void judge(QueryNode query, SortedMap<Integer, Boolean> changed) {
        RelationFact target = catalog.relation(query.targetRelation());
        if (target == null || changed.isEmpty()) {
            return;
        }
        if (target.view() == null) {
            judge(target, changed);
            return;
        }
        SortedMap<Integer, SortedMap<Integer, Boolean>> tables = new TreeMap<>();
        changed.forEach((column, isFixed) -> addOfTable(target, column, isFixed, tables));
        tables.forEach((table, columns) -> {
            RelationFact fact = catalog.relation(table);
            if (fact != null) {
                judge(fact, columns);
            }
        });
    }

    /** The column of a table that a view's column stands for. */
    private void addOfTable(
            RelationFact relation,
            int column,
            boolean isFixed,
            SortedMap<Integer, SortedMap<Integer, Boolean>> tables) {
        if (relation.view() == null) {
            tables.computeIfAbsent(relation.oid(), key -> new TreeMap<>()).put(column, isFixed);
            return;
        }
        for (QueryNode view : QueryNode.topLevel(relation.view())) {
            for (Node target : view.node().nodes("targetList")) {
                Node value = target.node("expr");
                Node source = value == null || !value.is("VAR") ? null : view.rangeTable(value.number("varno"));
                RelationFact inner = source == null ? null : catalog.relation(source.number("relid"));
                if (target.number("resno") == column && value != null && inner != null) {
                    addOfTable(inner, value.number("varattno"), isFixed, tables);
                }
            }
        }
    }

    /** @param changed columns that are given other values, and whether all rows are given the same */
    private void judge(RelationFact table, Map<Integer, Boolean> changed) {
        Map<Integer, Boolean> all = new TreeMap<>(changed);
        for (Map.Entry<Integer, Column> entry : table.columns().entrySet()) {
            Column column = entry.getValue();
            if (column.isGenerated() && column.defaultValue() != null) {
                SortedSet<Integer> from = OidCollector.columns(column.defaultValue());
                if (from.stream().anyMatch(changed::containsKey)) {
                    all.put(entry.getKey(), isFixed(from, changed));
                }
            }
        }
        for (List<SortedSet<Integer>> unique : table.uniques()) {
            if (unique.stream().anyMatch(part -> part.stream().anyMatch(all::containsKey) && !isFixed(part, all))) {
                findings.refuse(
                        "unique values of many rows of " + table.name()
                                + " are changed: whether two collide on the way depends on the order of rows",
                        "Change one row at a time, found by its unique key, or make the constraint DEFERRABLE.");
            }
        }
    }

    private static boolean isFixed(SortedSet<Integer> columns, Map<Integer, Boolean> changed) {
        return columns.stream().allMatch(column -> changed.getOrDefault(column, false));
    }
}
