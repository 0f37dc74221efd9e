package io.omnisql.node.sql;

import io.omnisql.node.sql.FunctionLint.Effect;
import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Judges one query as PostgreSQL analysed it, with the queries inside it. */
final class QueryLint {
    private static final int FIRST_USER_OID = 16384;

    private final CatalogFacts catalog;
    private final Findings findings;
    private final FunctionLint functions;

    QueryLint(CatalogFacts catalog, Findings findings, FunctionLint functions) {
        this.catalog = catalog;
        this.findings = findings;
        this.functions = functions;
    }

    /** Where a query stands decides whether its rows may draw from chance. */
    private enum Place {
        TOP,
        SOURCE_OF_INSERT,
        INSIDE
    }

    /** A whole statement; tells what drawing it does. */
    Effect lintTop(QueryNode query) {
        List<Integer> changed = new ArrayList<>();
        collectChanged(query, changed);
        if (changed.size() != changed.stream().distinct().count()) {
            findings.refuse(
                    "two parts of one statement change the same table, in no certain order", "Use two statements.");
        }
        List<QueryNode> parts = new ArrayList<>(List.of(query));
        collectChanges(query, parts);
        if (parts.size() > 1 && SequenceLint.areShared(parts, catalog)) {
            findings.refuse(
                    "two parts of the statement draw from one sequence, in an order that may differ between nodes",
                    "Use two statements.");
        }
        return lint(query, Place.TOP);
    }

    /** The changes in the WITH of a query. */
    private static void collectChanges(QueryNode query, List<QueryNode> changes) {
        for (Node cte : query.node().nodes("cteList")) {
            Node inner = cte.node("ctequery");
            QueryNode part = inner == null ? null : new QueryNode(inner);
            if (part != null && part.isModifying()) {
                changes.add(part);
                collectChanges(part, changes);
            }
        }
    }

    private static void collectChanged(QueryNode query, List<Integer> changed) {
        if (query.isModifying()) {
            changed.add(query.targetRelation());
        }
        for (Node cte : query.node().nodes("cteList")) {
            Node inner = cte.node("ctequery");
            if (inner != null) {
                collectChanged(new QueryNode(inner), changed);
            }
        }
    }

    private Effect lint(QueryNode query, Place place) {
        Node node = query.node();
        for (Node cte : node.nodes("cteList")) {
            Node inner = cte.node("ctequery");
            if (inner != null) {
                QueryNode part = new QueryNode(inner);
                lint(part, part.isModifying() ? Place.TOP : Place.INSIDE);
            }
        }
        Effect drawn = lintSources(query, place);
        ExpressionLint expressions = new ExpressionLint(this, query);
        expressions.pure(node.get("jointree"), "a condition");
        expressions.pure(node.get("mergeJoinCondition"), "a condition");
        expressions.pure(node.get("havingQual"), "a condition");
        expressions.pure(node.get("limitCount"), "LIMIT");
        expressions.pure(node.get("limitOffset"), "OFFSET");
        expressions.pure(node.get("windowClause"), "a window");
        for (Node target : node.nodes("targetList")) {
            drawn = drawn.and(lintTarget(expressions, target));
        }
        for (String part : List.of("returningList", "onConflict", "mergeActionList", "withCheckOptions")) {
            drawn = drawn.and(expressions.effect(node.get(part)));
        }
        if (query.isModifying()) {
            drawn = drawn.and(new TargetLint(catalog, findings, functions, expressions).lint(query));
        }
        new OrderLint(catalog, findings).lint(query);
        new KeyLint(catalog, findings).lint(query);
        if (drawn != Effect.NONE) {
            lintDrawing(query, place, drawn);
        }
        return drawn;
    }

    private Effect lintTarget(ExpressionLint expressions, Node target) {
        boolean isSorted = target.number("ressortgroupref") != 0;
        NodeTree expression = target.get("expr");
        if (isSorted) {
            expressions.pure(expression, "ORDER BY or GROUP BY");
            return Effect.NONE;
        }
        return expressions.effect(expression);
    }

    private Effect lintSources(QueryNode query, Place place) {
        Effect drawn = Effect.NONE;
        List<Node> entries = query.node().nodes("rtable");
        for (Node entry : entries) {
            drawn = drawn.and(lintSource(query, entry, place));
        }
        return drawn;
    }

    private Effect lintSource(QueryNode query, Node entry, Place place) {
        if (entry.has("tablesample")) {
            findings.refuse("TABLESAMPLE picks rows by where they lie on disk", "Select by a condition.");
        }
        ExpressionLint expressions = new ExpressionLint(this, query);
        switch (entry.number("rtekind")) {
            case QueryNode.RELATION -> relation(entry.number("relid"));
            case QueryNode.SUBQUERY -> {
                Node inner = Objects.requireNonNull(entry.node("subquery"));
                boolean isSource = query.command() == QueryNode.INSERT && place == Place.TOP;
                return lint(new QueryNode(inner), isSource ? Place.SOURCE_OF_INSERT : Place.INSIDE);
            }
            case QueryNode.FUNCTION -> {
                boolean isAlone = query.sources().size() == 1 && place == Place.TOP;
                if (!isAlone) {
                    expressions.pure(entry.get("functions"), "a joined function");
                    return Effect.NONE;
                }
                expressions.effect(entry.get("functions"));
            }
            case QueryNode.TABLE_FUNCTION ->
                findings.refuse("XMLTABLE and JSON_TABLE are not looked into", "Use jsonb_array_elements or xpath.");
            case QueryNode.VALUES -> {
                return expressions.effect(entry.get("values_lists"));
            }
            default -> {
                // Joins, references to CTEs and results have no expressions of their own.
            }
        }
        return Effect.NONE;
    }

    private void relation(int oid) {
        RelationFact relation = catalog.relation(oid);
        if (relation == null || (oid > 0 && oid < FIRST_USER_OID)) {
            findings.refuse(
                    "PostgreSQL's own catalogs and views differ between nodes", "Read them, then write the values.");
            return;
        }
        if (relation.schema().equals("omnisql")) {
            findings.refuse("schema omnisql belongs to the node", "Leave it alone.");
        }
        if (relation.kind() == 'f') {
            findings.refuse("a foreign table's rows are not the cluster's", "Load the rows by INSERT.");
        }
        ExpressionLint expressions = new ExpressionLint(this, null);
        relation.checks().forEach(check -> expressions.pure(check, "a check, policy or index"));
        if (relation.view() != null) {
            QueryNode.topLevel(relation.view()).forEach(view -> lint(view, Place.INSIDE));
        }
    }

    /** Chance is drawn row by row: the rows must have one order, and nothing may be drawn in an order of the planner's choice. */
    private void lintDrawing(QueryNode query, Place place, Effect drawn) {
        if (place == Place.INSIDE) {
            findings.refuse(
                    "a subquery draws sequence numbers or random values in an order that may differ between nodes",
                    "Draw them in the statement's own list of values.");
            return;
        }
        if (drawn == Effect.CHANCE && place == Place.TOP) {
            findings.addChancePlace();
        }
        boolean isOrdered = switch (query.command()) {
            case QueryNode.UPDATE, QueryNode.DELETE -> RowOrder.isSingleRow(query, catalog);
            default -> RowOrder.isTotal(query, catalog);
        };
        boolean isPlain = !query.node().has("distinctClause") && !query.isGrouped();
        if (!isOrdered || (!isPlain && !RowOrder.isSingleRow(query, catalog))) {
            findings.refuse(
                    "which row gets which sequence number or random value depends on the order of rows",
                    query.command() == QueryNode.UPDATE || query.command() == QueryNode.DELETE
                            ? "Change one row at a time, found by its unique key."
                            : "Add ORDER BY over a unique key to the query.");
        }
    }

    /** A table or view that a function's body names; how it is used is not told, so every use counts. */
    void lintNamed(int oid, boolean mayBeChanged) {
        relation(oid);
        RelationFact relation = catalog.relation(oid);
        if (relation != null && mayBeChanged) {
            new TargetLint(catalog, findings, functions, new ExpressionLint(this, null)).lintAnyChange(relation);
        }
    }

    /** A table whose rows a function's body changes or deletes; how many of them is not told. */
    void lintChangeOfRows(int oid) {
        RelationFact relation = catalog.relation(oid);
        if (relation == null) {
            return;
        }
        TargetLint target = new TargetLint(catalog, findings, functions, new ExpressionLint(this, null));
        if (target.lintTriggers(relation) != Effect.NONE) {
            findings.refuse(
                    "a function's body changes rows of " + relation.name() + ", whose triggers act row by row",
                    "Send the change as a statement, or write the body as BEGIN ATOMIC ... END.");
        }
    }

    /** A query within an expression. */
    void lintSubquery(QueryNode query) {
        lint(query, Place.INSIDE);
    }

    CatalogFacts catalog() {
        return catalog;
    }

    Findings findings() {
        return findings;
    }

    FunctionLint functions() {
        return functions;
    }
}
