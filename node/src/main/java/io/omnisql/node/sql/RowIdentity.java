package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import io.omnisql.node.sql.QueryNode.Condition;
import io.omnisql.node.sql.RelationFact.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether some known values single out one row of a query's sources. Follows equalities of the query's conditions and the unique keys
 * of its tables to the end: once a key of a table is known, its row is, and so are all its columns. Says no when it cannot prove it.
 */
final class RowIdentity {
    private final QueryNode query;
    private final CatalogFacts catalog;
    private final SortedMap<Integer, SortedSet<Integer>> known = new TreeMap<>();
    private final SortedMap<Integer, SortedSet<Integer>> equated = new TreeMap<>();
    private final SortedSet<Integer> determined = new TreeSet<>();

    RowIdentity(QueryNode query, CatalogFacts catalog) {
        this.query = query;
        this.catalog = catalog;
    }

    /** The value of this expression is fixed. */
    RowIdentity knowing(@Nullable Node expression) {
        Node bare = expression == null ? null : stripped(expression);
        if (bare != null && isOwnColumn(bare)) {
            learn(bare);
        }
        return this;
    }

    RowIdentity knowing(List<@Nullable Node> expressions) {
        expressions.forEach(this::knowing);
        return this;
    }

    /** The row of this source is fixed. */
    RowIdentity knowingRow(int source) {
        determined.add(source);
        return this;
    }

    /** Whether at most one row of each source is left. */
    boolean isSingleRow() {
        List<Integer> sources = query.sources();
        List<Condition> conditions = query.conditions();
        boolean learning = true;
        while (learning && !determined.containsAll(sources)) {
            learning = false;
            for (Condition condition : conditions) {
                learning |= learnFrom(condition);
            }
            for (int source : sources) {
                learning |= !determined.contains(source) && isDetermined(source) && determined.add(source);
            }
        }
        return determined.containsAll(sources);
    }

    private boolean learnFrom(Condition condition) {
        Node test = condition.test();
        if (!test.is("OPEXPR") || !isEquality(test)) {
            return false;
        }
        List<Node> sides = test.nodes("args");
        if (sides.size() != 2) {
            return false;
        }
        boolean left = learnSide(sides.get(0), sides.get(1), condition);
        boolean right = learnSide(sides.get(1), sides.get(0), condition);
        return left || right;
    }

    private boolean learnSide(Node side, Node other, Condition condition) {
        Node column = stripped(side);
        if (!isOwnColumn(column)) {
            return false;
        }
        int source = column.number("varno");
        List<Integer> about = condition.tellsAbout();
        if ((about != null && !about.contains(source)) || !isFixed(other, 0)) {
            return false;
        }
        equated.computeIfAbsent(source, key -> new TreeSet<>()).add(column.number("varattno"));
        return learn(column);
    }

    private boolean learn(Node column) {
        return known.computeIfAbsent(column.number("varno"), key -> new TreeSet<>())
                .add(column.number("varattno"));
    }

    private boolean isEquality(Node test) {
        FunctionFact fact = catalog.function(test.number("opfuncid"));
        return fact != null
                && fact.isBuiltin()
                && fact.name().endsWith("eq")
                && !fact.name().contains("regex")
                && test.number("inputcollid") < 16384;
    }

    /** Whether a condition says that this column of the source equals the value. */
    boolean isEquated(int source, int number, Node value) {
        for (Condition condition : query.conditions()) {
            List<Node> sides = condition.test().nodes("args");
            List<Integer> about = condition.tellsAbout();
            boolean tells = condition.test().is("OPEXPR")
                    && sides.size() == 2
                    && isEquality(condition.test())
                    && (about == null || about.contains(source));
            for (int i = 0; tells && i < 2; i++) {
                Node column = stripped(sides.get(i));
                boolean isAsked =
                        isOwnColumn(column) && column.number("varno") == source && column.number("varattno") == number;
                if (isAsked && isSame(sides.get(1 - i), value)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether both are the same column, wherever they stand in the text. */
    private static boolean isSame(Node one, Node other) {
        Node left = stripped(one);
        Node right = stripped(other);
        return isOwnColumn(left)
                && isOwnColumn(right)
                && left.number("varno") == right.number("varno")
                && left.number("varattno") == right.number("varattno");
    }

    /** Whether no row of the query's sources tells the expression's value, as far as is known. */
    boolean isFixed(Node expression) {
        return isFixed(expression, 0);
    }

    /** Whether the expression's value is fixed: every column of this query's sources in it is known. */
    private boolean isFixed(Node expression, int depth) {
        if (expression.is("VAR")) {
            return expression.number("varlevelsup") != depth || isKnown(expression);
        }
        boolean isSubquery = expression.is("QUERY");
        for (NodeTree child : NodeTree.children(expression)) {
            if (!isFixedTree(child, isSubquery ? depth + 1 : depth)) {
                return false;
            }
        }
        return true;
    }

    private boolean isFixedTree(NodeTree tree, int depth) {
        if (tree instanceof Node node) {
            return isFixed(node, depth);
        }
        return NodeTree.children(tree).stream().allMatch(child -> isFixedTree(child, depth));
    }

    private boolean isKnown(Node column) {
        int source = column.number("varno");
        return determined.contains(source)
                || known.getOrDefault(source, new TreeSet<>()).contains(column.number("varattno"));
    }

    private static boolean isOwnColumn(Node node) {
        return node.is("VAR") && node.number("varlevelsup") == 0 && node.number("varattno") > 0;
    }

    static Node stripped(Node node) {
        Node arg = node.is("RELABELTYPE") ? node.node("arg") : null;
        return arg == null ? node : stripped(arg);
    }

    private boolean isDetermined(int source) {
        Node entry = query.rangeTable(source);
        if (entry == null) {
            return false;
        }
        boolean byKey = switch (entry.number("rtekind")) {
            case QueryNode.RELATION -> hasKnownKey(source, entry);
            case QueryNode.SUBQUERY -> isSingleSubquery(source, entry);
            case QueryNode.FUNCTION -> isSingleFunction(source, entry);
            case QueryNode.VALUES -> entry.items("values_lists").size() <= 1;
            case QueryNode.RESULT -> true;
            default -> false;
        };
        return byKey || areAllUsedColumnsKnown(source);
    }

    private boolean hasKnownKey(int source, Node entry) {
        RelationFact relation = catalog.relation(entry.number("relid"));
        if (relation == null || (relation.hasInheritors() && entry.isTrue("inh"))) {
            return false;
        }
        SortedSet<Integer> columns = known.getOrDefault(source, new TreeSet<>());
        SortedSet<Integer> notNull = equated.getOrDefault(source, new TreeSet<>());
        for (List<Integer> key : relation.keys()) {
            if (key.stream().allMatch(c -> columns.contains(c) && (notNull.contains(c) || isNotNull(relation, c)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNotNull(RelationFact relation, int number) {
        Column column = relation.columns().get(number);
        return column != null && column.isNotNull();
    }

    private boolean isSingleSubquery(int source, Node entry) {
        Node subquery = entry.node("subquery");
        if (subquery == null) {
            return false;
        }
        QueryNode inner = new QueryNode(subquery);
        if (RowOrder.isSingleRow(inner, catalog)) {
            return true;
        }
        // The groups of a grouped query are told apart by what it groups by.
        String clauses = subquery.has("groupClause") ? "groupClause" : "distinctClause";
        if (!subquery.has(clauses) || subquery.has("groupingSets") || subquery.isTrue("hasDistinctOn")) {
            return false;
        }
        SortedSet<Integer> columns = known.getOrDefault(source, new TreeSet<>());
        for (Node clause : subquery.nodes(clauses)) {
            if (subquery.nodes("targetList").stream()
                    .noneMatch(target -> target.number("ressortgroupref") == clause.number("tleSortGroupRef")
                            && !target.isTrue("resjunk")
                            && columns.contains(target.number("resno")))) {
                return false;
            }
        }
        return true;
    }

    private boolean isSingleFunction(int source, Node entry) {
        List<Node> functions = entry.nodes("functions");
        SortedSet<Integer> columns = known.getOrDefault(source, new TreeSet<>());
        if (functions.size() != 1) {
            return false;
        }
        Node call = functions.getFirst().node("funcexpr");
        if (call == null || !call.is("FUNCEXPR")) {
            return false;
        }
        FunctionFact fact = catalog.function(call.number("funcid"));
        boolean isSeries = fact != null && fact.isBuiltin() && fact.name().equals("generate_series");
        int columnCount = functions.getFirst().number("funccolcount");
        return !call.isTrue("funcretset")
                || (isSeries && columns.contains(1))
                || (entry.isTrue("funcordinality") && columns.contains(columnCount + 1));
    }

    /** Rows whose used columns are all known and discrete may be several, but they are alike: it does not matter which one it is. */
    private boolean areAllUsedColumnsKnown(int source) {
        if (source == query.target() || query.node().has("rowMarks")) {
            return false;
        }
        List<Node> used = new ArrayList<>();
        collectColumns(query.node(), source, 0, used);
        // A column merged by JOIN USING may hide one of this source.
        for (int join = 1; query.rangeTable(join) != null; join++) {
            if (Objects.requireNonNull(query.rangeTable(join)).number("rtekind") == QueryNode.JOIN) {
                collectColumns(query.node(), join, 0, used);
            }
        }
        for (Node column : used) {
            if (column.number("varattno") <= 0 || !isKnown(column) || !catalog.isDiscrete(column)) {
                return false;
            }
        }
        return !used.isEmpty() && !query.isModifying();
    }

    private static void collectColumns(NodeTree tree, int source, int depth, List<Node> columns) {
        int inner = depth;
        if (tree instanceof Node node) {
            if (node.is("VAR") && node.number("varlevelsup") == depth - 1 && node.number("varno") == source) {
                columns.add(node);
            }
            if (node.is("QUERY")) {
                inner = depth + 1;
            }
            if (node.is("RANGETBLENTRY") && node.number("rtekind") == QueryNode.JOIN) {
                return; // Lists all columns of its sides, used or not.
            }
        }
        for (NodeTree child : NodeTree.children(tree)) {
            collectColumns(child, source, inner, columns);
        }
    }
}
