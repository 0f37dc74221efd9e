package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Items;
import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node QUERY with names for what the lint asks of it. */
record QueryNode(Node node) {
    static final int SELECT = 1;
    static final int UPDATE = 2;
    static final int INSERT = 3;
    static final int DELETE = 4;
    static final int MERGE = 5;

    static final int RELATION = 0;
    static final int SUBQUERY = 1;
    static final int JOIN = 2;
    static final int FUNCTION = 3;
    static final int TABLE_FUNCTION = 4;
    static final int VALUES = 5;
    static final int CTE = 6;
    static final int RESULT = 8;

    private static final int JOIN_INNER = 0;
    private static final int JOIN_LEFT = 1;
    private static final int JOIN_RIGHT = 3;

    /** All queries of a statement's or view's tree, which is a list, perhaps of lists. */
    static List<QueryNode> topLevel(NodeTree tree) {
        List<QueryNode> queries = new ArrayList<>();
        if (tree instanceof Node node && node.is("QUERY")) {
            queries.add(new QueryNode(node));
        } else if (tree instanceof Items items) {
            items.items().forEach(item -> queries.addAll(topLevel(item)));
        }
        return queries;
    }

    int command() {
        return node.number("commandType");
    }

    boolean isModifying() {
        return command() >= UPDATE && command() <= MERGE;
    }

    @Nullable
    Node rangeTable(int number) {
        List<Node> entries = node.nodes("rtable");
        return number >= 1 && number <= entries.size() ? entries.get(number - 1) : null;
    }

    int target() {
        return node.number("resultRelation");
    }

    /** Object id of the table that is changed, 0 for none. */
    int targetRelation() {
        Node entry = rangeTable(target());
        return entry == null ? 0 : entry.number("relid");
    }

    /** Numbers of the range table entries that rows come from, joins resolved. */
    List<Integer> sources() {
        List<Integer> sources = new ArrayList<>();
        Node from = node.node("jointree");
        if (from != null) {
            from.nodes("fromlist").forEach(item -> addSources(item, sources));
        }
        return sources;
    }

    private static void addSources(Node item, List<Integer> sources) {
        if (item.is("RANGETBLREF")) {
            sources.add(item.number("rtindex"));
        } else if (item.is("JOINEXPR")) {
            for (String side : List.of("larg", "rarg")) {
                Node arm = item.node(side);
                if (arm != null) {
                    addSources(arm, sources);
                }
            }
        }
    }

    /** A condition that holds for rows, and the sources it may tell something about (null: all). */
    record Condition(Node test, @Nullable List<Integer> tellsAbout) {}

    /** Conditions that stand alone or joined by AND. */
    List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        Node from = node.node("jointree");
        if (from != null) {
            addConjuncts(from.node("quals"), null, conditions);
            from.nodes("fromlist").forEach(item -> addJoinConditions(item, null, conditions));
        }
        addConjuncts(node.node("mergeJoinCondition"), null, conditions);
        return conditions;
    }

    private static void addJoinConditions(Node item, @Nullable List<Integer> within, List<Condition> conditions) {
        if (!item.is("JOINEXPR")) {
            return;
        }
        List<Integer> left = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        Node larg = item.node("larg");
        Node rarg = item.node("rarg");
        if (larg == null || rarg == null) {
            return;
        }
        addSources(larg, left);
        addSources(rarg, right);
        int type = item.number("jointype");
        boolean isInner = type == JOIN_INNER;
        // The condition of an outer join tells which inner row belongs to one of the outer side, never the reverse.
        if (isInner) {
            addConjuncts(item.node("quals"), within, conditions);
        } else if (type == JOIN_LEFT) {
            addConjuncts(item.node("quals"), right, conditions);
        } else if (type == JOIN_RIGHT) {
            addConjuncts(item.node("quals"), left, conditions);
        }
        addJoinConditions(larg, isInner || type == JOIN_LEFT ? within : left, conditions);
        addJoinConditions(rarg, isInner || type == JOIN_RIGHT ? within : right, conditions);
    }

    private static void addConjuncts(@Nullable Node test, @Nullable List<Integer> about, List<Condition> conditions) {
        if (test == null) {
            return;
        }
        if (test.is("BOOLEXPR") && test.text("boolop").equals("and")) {
            test.nodes("args").forEach(arg -> addConjuncts(arg, about, conditions));
        } else {
            conditions.add(new Condition(test, about));
        }
    }

    /** The expression that a sort or group clause refers to. */
    @Nullable
    Node sorted(Node clause) {
        for (Node entry : node.nodes("targetList")) {
            if (entry.number("ressortgroupref") == clause.number("tleSortGroupRef")) {
                return entry.node("expr");
            }
        }
        return null;
    }

    /** The expressions of the clauses of this name, null where one cannot be found. */
    List<@Nullable Node> sortedBy(String clauses) {
        List<@Nullable Node> expressions = new ArrayList<>();
        for (Node clause : node.nodes(clauses)) {
            expressions.add(sorted(clause));
        }
        return expressions;
    }

    boolean isGrouped() {
        return node.has("groupClause") || node.has("groupingSets") || node.isTrue("hasAggs") || node.has("havingQual");
    }

    /** Whether LIMIT, OFFSET or FETCH FIRST cuts rows off; WITH TIES keeps peers together and is no cut among them. */
    boolean isCut() {
        return (isBound("limitCount") && node.number("limitOption") != 1) || isBound("limitOffset");
    }

    private boolean isBound(String field) {
        Node bound = node.node(field);
        return bound != null && !(bound.is("CONST") && bound.isTrue("constisnull"));
    }
}
