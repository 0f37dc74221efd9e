package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells whether the rows of a query come in the same order on every node. Says no when it cannot prove it. */
final class RowOrder {
    private RowOrder() {}

    /** Whether the query gives one row at most, LIMIT aside. */
    static boolean isSingleRow(QueryNode query, CatalogFacts catalog) {
        Node node = query.node();
        if (node.has("setOperations") || node.isTrue("hasTargetSRFs") || node.has("groupingSets")) {
            return false;
        }
        boolean isOneGroup = node.isTrue("hasAggs") && !node.has("groupClause");
        return isOneGroup || new RowIdentity(query, catalog).isSingleRow();
    }

    /** Whether the query's rows have one order only. */
    static boolean isTotal(QueryNode query, CatalogFacts catalog) {
        if (isSingleRow(query, catalog)) {
            return true;
        }
        return query.node().has("sortClause")
                ? isTotallySorted(query, query.sortedBy("sortClause"), catalog)
                : isOrderedBySource(query, catalog);
    }

    /** Whether no two rows are alike in these expressions. */
    static boolean isTotallySorted(QueryNode query, List<@Nullable Node> sorted, CatalogFacts catalog) {
        Node node = query.node();
        if (node.has("groupingSets") || node.isTrue("hasTargetSRFs")) {
            return false;
        }
        if (node.has("setOperations")) {
            return isSortedByAll(node, sorted, catalog);
        }
        if (node.has("distinctClause") && !node.isTrue("hasDistinctOn")) {
            return query.sortedBy("distinctClause").stream().allMatch(expression -> contains(sorted, expression))
                    || new RowIdentity(query, catalog).knowing(sorted).isSingleRow();
        }
        if (node.has("groupClause")) {
            return query.sortedBy("groupClause").stream().allMatch(expression -> contains(sorted, expression))
                    || new RowIdentity(query, catalog).knowing(sorted).isSingleRow();
        }
        return new RowIdentity(query, catalog).knowing(sorted).isSingleRow();
    }

    private static boolean isSortedByAll(Node node, List<@Nullable Node> sorted, CatalogFacts catalog) {
        for (Node target : node.nodes("targetList")) {
            Node expression = target.node("expr");
            if (!contains(sorted, expression) || !catalog.isDiscrete(expression)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(List<@Nullable Node> sorted, @Nullable Node expression) {
        return expression != null && sorted.stream().anyMatch(other -> Objects.equals(other, expression));
    }

    /** Without ORDER BY: rows of VALUES, of one function of PostgreSQL's own, or of one ordered subquery keep their order. */
    private static boolean isOrderedBySource(QueryNode query, CatalogFacts catalog) {
        Node node = query.node();
        List<Integer> sources = query.sources();
        if (sources.size() != 1
                || query.isGrouped()
                || node.has("distinctClause")
                || node.has("setOperations")
                || node.isTrue("hasWindowFuncs")) {
            return false;
        }
        Node entry = Objects.requireNonNull(query.rangeTable(sources.getFirst()));
        Node subquery = entry.node("subquery");
        return switch (entry.number("rtekind")) {
            case QueryNode.VALUES, QueryNode.RESULT -> true;
            case QueryNode.FUNCTION -> isOrderedFunction(entry, catalog);
            case QueryNode.SUBQUERY -> subquery != null && isTotal(new QueryNode(subquery), catalog);
            default -> false;
        };
    }

    private static boolean isOrderedFunction(Node entry, CatalogFacts catalog) {
        List<Node> functions = entry.nodes("functions");
        Node call = functions.size() == 1 ? functions.getFirst().node("funcexpr") : null;
        FunctionFact fact = call == null ? null : catalog.function(call.number("funcid"));
        return fact != null && fact.isBuiltin() && ORDERED.contains(fact.name());
    }

    private static final List<String> ORDERED = List.of(
            "generate_series",
            "generate_subscripts",
            "unnest",
            "string_to_table",
            "regexp_split_to_table",
            "regexp_matches",
            "json_array_elements",
            "json_array_elements_text",
            "jsonb_array_elements",
            "jsonb_array_elements_text",
            "jsonb_to_recordset",
            "json_to_recordset",
            "jsonb_populate_recordset",
            "json_populate_recordset",
            "jsonb_path_query",
            "json_each",
            "json_each_text",
            "jsonb_each",
            "jsonb_each_text");
}
