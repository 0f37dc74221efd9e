package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Judges what depends on the order of rows within a query: LIMIT, DISTINCT ON, windows, aggregates, groups, joined updates. */
final class OrderLint {
    private static final String HINT = "Add ORDER BY over a unique key.";
    private static final int FRAME_ROWS = 0x04;
    private static final int UNION_ALL = 1;
    private static final String SUMS = "sum|avg|stddev(_pop|_samp)?|variance|var_pop|var_samp|corr|covar_.*|regr_.*";
    // int8 int2 int4 numeric
    private static final List<Integer> EXACT = List.of(20, 21, 23, 1700);

    private final CatalogFacts catalog;
    private final Findings findings;

    OrderLint(CatalogFacts catalog, Findings findings) {
        this.catalog = catalog;
        this.findings = findings;
    }

    void lint(QueryNode query) {
        Node node = query.node();
        if (query.isCut() && !RowOrder.isTotal(query, catalog)) {
            findings.refuse("which rows LIMIT or OFFSET leaves depends on the order of rows", HINT);
        }
        if (node.isTrue("hasDistinctOn") && !RowOrder.isTotallySorted(query, query.sortedBy("sortClause"), catalog)) {
            findings.refuse("which row DISTINCT ON keeps depends on the order of rows", HINT);
        }
        merged(query.sortedBy("groupClause"), "GROUP BY");
        merged(query.sortedBy("distinctClause"), "DISTINCT");
        setOperation(node.node("setOperations"));
        boolean matchMatters = query.command() == QueryNode.UPDATE
                || (query.command() == QueryNode.DELETE && node.has("returningList"));
        if (matchMatters
                && query.sources().size() > 1
                && !new RowIdentity(query, catalog).knowingRow(query.target()).isSingleRow()) {
            findings.refuse(
                    "a row may match several rows of FROM, and which one counts is not certain",
                    "Join on a unique key of each table in FROM, or use a subquery with an aggregate.");
        }
    }

    private void merged(List<@Nullable Node> expressions, String where) {
        for (Node expression : expressions) {
            if (!catalog.isDiscrete(expression)) {
                findings.refuse(
                        where + " keeps one of several equal values that may look different (1.0 and 1.00)",
                        "Cast it to a type whose equal values are the same, like text or numeric(12,2).");
            }
        }
    }

    private void setOperation(@Nullable Node operation) {
        if (operation == null || !operation.is("SETOPERATIONSTMT")) {
            return;
        }
        boolean keepsAll = operation.isTrue("all") && operation.number("op") == UNION_ALL;
        List<NodeTree> types = operation.items("colTypes");
        List<NodeTree> typmods = operation.items("colTypmods");
        List<NodeTree> collations = operation.items("colCollations");
        for (int i = 1; !keepsAll && i < types.size(); i++) {
            if (!catalog.isDiscrete(
                    NodeTree.number(types.get(i)),
                    NodeTree.number(typmods.get(i)),
                    NodeTree.number(collations.get(i)))) {
                findings.refuse(
                        "UNION keeps one of several equal values that may look different (1.0 and 1.00)",
                        "Use UNION ALL, or cast to text or numeric(12,2).");
            }
        }
        setOperation(operation.node("larg"));
        setOperation(operation.node("rarg"));
    }

    void aggregate(Node node, @Nullable QueryNode query) {
        FunctionFact fact = catalog.function(node.number("aggfnoid"));
        if (fact == null || query == null) {
            return;
        }
        List<Node> args = new ArrayList<>();
        node.nodes("args").forEach(target -> args.add(Objects.requireNonNull(target.node("expr"))));
        boolean isBuiltin = fact.isBuiltin();
        boolean isOrderFree = isBuiltin && DeterministicFunctions.isOrderFree(fact.signature());
        boolean isExtreme =
                isBuiltin && (fact.name().equals("min") || fact.name().equals("max"));
        boolean isOfSorted = isBuiltin && !node.text("aggkind").equals("n");
        boolean isOfRanges = isBuiltin && fact.name().matches("range_(intersect_)?agg");
        boolean isDiscrete =
                args.stream().allMatch(arg -> arg.is("CONST") || catalog.isDiscrete(arg) || isWithoutMinusZero(arg));
        boolean isSafe =
                isOrderFree || ((isExtreme || isOfSorted || isOfRanges) && isDiscrete) || isSorted(node, args, query);
        if (!isSafe) {
            findings.refuse(
                    fact.signature() + " depends on the order of its rows",
                    isExtreme
                            ? "Cast its argument to a type whose equal values are the same, like numeric(12,2); of floats take x + 0, which is never -0."
                            : "Write ORDER BY over a unique key inside its parentheses; sum exact numbers, not floats.");
        }
    }

    /** Of equal floats only 0 and -0 differ, and a sum is -0 only when both sides are. */
    private boolean isWithoutMinusZero(Node arg) {
        FunctionFact sum = arg.is("OPEXPR") ? catalog.function(arg.number("opfuncid")) : null;
        return sum != null
                && sum.isBuiltin()
                && sum.name().matches("float(4|8|48|84)pl")
                && arg.nodes("args").stream().anyMatch(this::isExactNumber);
    }

    /** Whether the expression is a literal of a type that has no -0, made a float. */
    private boolean isExactNumber(Node side) {
        Node number = side.is("FUNCEXPR") && side.nodes("args").size() == 1
                ? side.nodes("args").getFirst()
                : null;
        FunctionFact cast = number == null ? null : catalog.function(side.number("funcid"));
        return cast != null
                && cast.isBuiltin()
                && cast.name().matches("float[48]")
                && Objects.requireNonNull(number).is("CONST")
                && EXACT.contains(ExpressionType.type(number));
    }

    private static boolean isFloat(List<Node> args) {
        return args.stream().allMatch(arg -> {
            int type = ExpressionType.type(arg);
            return arg.is("CONST") || type == 700 || type == 701;
        });
    }

    /** Whether ORDER BY (or DISTINCT) within the aggregate leaves one order only. */
    private boolean isSorted(Node node, List<Node> args, QueryNode query) {
        String clauses = node.has("aggorder") ? "aggorder" : "aggdistinct";
        List<@Nullable Node> sorted = new ArrayList<>();
        for (Node clause : node.nodes(clauses)) {
            for (Node target : node.nodes("args")) {
                if (target.number("ressortgroupref") == clause.number("tleSortGroupRef")) {
                    sorted.add(target.node("expr"));
                }
            }
        }
        FunctionFact fact = catalog.function(node.number("aggfnoid"));
        boolean isSum = fact != null && fact.isBuiltin() && fact.name().matches(SUMS);
        boolean sortsAll = !sorted.isEmpty()
                && args.stream()
                        .allMatch(arg -> arg.is("CONST")
                                || (sorted.contains(arg)
                                        && (catalog.isDiscrete(arg) || (isSum && isFloat(List.of(arg))))));
        return sortsAll
                || (!sorted.isEmpty()
                        && new RowIdentity(query, catalog)
                                .knowing(sorted)
                                .knowing(query.sortedBy("groupClause"))
                                .isSingleRow());
    }

    void window(Node node, @Nullable QueryNode query) {
        FunctionFact fact = catalog.function(node.number("winfnoid"));
        if (fact == null || query == null || (fact.isBuiltin() && DeterministicFunctions.isPeerSafe(fact.name()))) {
            return;
        }
        for (Node clause : query.node().nodes("windowClause")) {
            if (clause.number("winref") == node.number("winref") && !isCertain(fact, clause, query)) {
                findings.refuse(fact.name() + "() OVER depends on the order among rows", HINT);
            }
        }
    }

    private boolean isCertain(FunctionFact fact, Node clause, QueryNode query) {
        boolean wholePeers = (clause.number("frameOptions") & FRAME_ROWS) == 0;
        if (fact.isBuiltin() && wholePeers && DeterministicFunctions.isOrderFree(fact.signature())) {
            return true;
        }
        List<@Nullable Node> known = new ArrayList<>();
        for (String part : List.of("partitionClause", "orderClause")) {
            for (Node sort : clause.nodes(part)) {
                known.add(query.sorted(sort));
            }
        }
        return RowOrder.isTotallySorted(query, known, catalog);
    }
}
