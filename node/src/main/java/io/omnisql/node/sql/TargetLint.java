package io.omnisql.node.sql;

import io.omnisql.node.sql.FunctionLint.Effect;
import io.omnisql.node.sql.NodeTree.Node;
import io.omnisql.node.sql.RelationFact.Column;
import io.omnisql.node.sql.RelationFact.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Judges what a change of a table sets off: defaults, generated columns, triggers and cascades. */
final class TargetLint {
    private static final int ON_CONFLICT_NOTHING = 1;

    private final CatalogFacts catalog;
    private final Findings findings;
    private final FunctionLint functions;
    private final ExpressionLint expressions;

    TargetLint(CatalogFacts catalog, Findings findings, FunctionLint functions, ExpressionLint expressions) {
        this.catalog = catalog;
        this.findings = findings;
        this.functions = functions;
        this.expressions = expressions;
    }

    /** What the change draws besides the query's own expressions. */
    Effect lint(QueryNode query) {
        Effect drawn = Effect.NONE;
        boolean setsDefaults = contains(query.node(), "SETTODEFAULT");
        RelationFact target = catalog.relation(query.targetRelation());
        boolean isView = target != null && target.view() != null;
        SortedSet<Integer> followed = followed(query);
        List<RelationFact> parts = catalog.parts(query.targetRelation());
        for (RelationFact relation : catalog.reach(query.targetRelation())) {
            boolean isFollowed = followed.contains(relation.oid());
            if (!isFollowed && !parts.contains(relation)) {
                continue; // A foreign key's action would reach it, but not upon this.
            }
            boolean isTarget = relation.oid() == query.targetRelation();
            boolean takesDefaults = (isTarget || isView) && (setsDefaults || inserts(query));
            Effect setOff = setOff(relation).and(isFollowed ? setToDefault(relation) : Effect.NONE);
            if (isFollowed && setOff != Effect.NONE) {
                findings.refuse(
                        "a foreign key's action may change many rows of " + relation.name()
                                + ", whose triggers or defaults act row by row",
                        "Change or delete those rows first, one at a time, found by their unique key.");
            }
            drawn = drawn.and(setOff);
            drawn = drawn.and(defaults(relation, isTarget ? given(query) : new TreeSet<>(), takesDefaults));
        }
        return drawn.and(conflicts(query));
    }

    /** Tables whose rows the actions of foreign keys may change, because of what the query does to the target's. */
    private SortedSet<Integer> followed(QueryNode query) {
        SortedSet<Integer> followed = new TreeSet<>();
        Set<Integer> changed = changedColumns(query);
        boolean deletes = query.command() == QueryNode.DELETE || query.command() == QueryNode.MERGE;
        RelationFact target = catalog.relation(query.targetRelation());
        boolean isView = target != null && target.view() != null;
        for (RelationFact part : catalog.parts(query.targetRelation())) {
            for (Reference reference : part.references()) {
                boolean isChanged = isView
                        ? !changed.isEmpty()
                        : reference.columns().stream().anyMatch(changed::contains);
                if ((deletes && reference.followsDelete()) || (isChanged && reference.followsUpdate())) {
                    catalog.reach(reference.from()).forEach(fact -> followed.add(fact.oid()));
                }
            }
        }
        return followed;
    }

    /** Columns that the query may give other values in rows that there are. */
    private static SortedSet<Integer> changedColumns(QueryNode query) {
        List<Node> targets = new ArrayList<>();
        if (query.command() == QueryNode.UPDATE) {
            targets.addAll(query.node().nodes("targetList"));
        }
        for (Node action : query.node().nodes("mergeActionList")) {
            targets.addAll(action.number("commandType") == QueryNode.UPDATE ? action.nodes("targetList") : List.of());
        }
        Node conflict = query.node().node("onConflict");
        if (conflict != null) {
            targets.addAll(conflict.nodes("onConflictSet"));
        }
        SortedSet<Integer> changed = new TreeSet<>();
        for (Node target : targets) {
            Node value = target.node("expr");
            int column = target.number("resno");
            if (value != null && !target.isTrue("resjunk") && !KeyLint.isColumn(value, query.target(), column)) {
                changed.add(column);
            }
        }
        return changed;
    }

    private Effect setToDefault(RelationFact relation) {
        Effect drawn = Effect.NONE;
        for (int number : relation.setToDefault()) {
            Column column = relation.columns().get(number);
            if (column != null && column.defaultValue() != null) {
                drawn = drawn.and(expressions.effect(column.defaultValue()));
            }
        }
        return drawn;
    }

    /** What any change of the table may draw. */
    Effect lintAnyChange(RelationFact target) {
        Effect drawn = Effect.NONE;
        for (RelationFact relation : catalog.reach(target.oid())) {
            drawn = drawn.and(setOff(relation)).and(defaults(relation, new TreeSet<>(), true));
        }
        return drawn;
    }

    /** What triggers and foreign keys' actions may draw when rows of the table are changed or deleted. */
    Effect lintTriggers(RelationFact target) {
        Effect drawn = Effect.NONE;
        for (RelationFact relation : catalog.reach(target.oid())) {
            drawn = drawn.and(triggers(relation)).and(setToDefault(relation));
        }
        return drawn;
    }

    private Effect setOff(RelationFact relation) {
        if (relation.hasRules()) {
            findings.refuse("a rule of " + relation.name() + " changes the statement", "Use a trigger.");
        }
        if (relation.isSpreadByObjectIds()) {
            findings.refuse(
                    "which partition of " + relation.name() + " a row goes to depends on object ids of this node",
                    "Partition by LIST, or by HASH over plain columns of built-in types.");
        }
        relation.checks().forEach(check -> expressions.pure(check, "a check, policy or index"));
        return triggers(relation);
    }

    private Effect triggers(RelationFact relation) {
        Effect drawn = Effect.NONE;
        for (int trigger : relation.triggers()) {
            drawn = drawn.and(functions.effect(trigger));
        }
        return drawn;
    }

    private static boolean inserts(QueryNode query) {
        return query.command() == QueryNode.INSERT || query.command() == QueryNode.MERGE;
    }

    /** Columns that the statement itself gives values for, unless one of those is DEFAULT. */
    private static SortedSet<Integer> given(QueryNode query) {
        SortedSet<Integer> given = new TreeSet<>();
        if (query.command() == QueryNode.INSERT && !contains(query.node(), "SETTODEFAULT")) {
            for (Node target : query.node().nodes("targetList")) {
                given.add(target.number("resno"));
            }
        }
        return given;
    }

    private Effect defaults(RelationFact relation, SortedSet<Integer> given, boolean takesDefaults) {
        Effect drawn = Effect.NONE;
        for (Map.Entry<Integer, Column> entry : relation.columns().entrySet()) {
            Column column = entry.getValue();
            boolean isTaken = takesDefaults && !given.contains(entry.getKey());
            if (column.defaultValue() != null && (isTaken || column.isGenerated())) {
                drawn = drawn.and(expressions.effect(column.defaultValue()));
            }
            if (column.isIdentity() && isTaken) {
                drawn = drawn.and(Effect.SEQUENCE);
            }
        }
        return drawn;
    }

    /** ON CONFLICT DO NOTHING keeps the first of several rows of one key. */
    private Effect conflicts(QueryNode query) {
        Node conflict = query.node().node("onConflict");
        boolean keepsFirst = conflict != null && conflict.number("action") == ON_CONFLICT_NOTHING;
        if (keepsFirst && !RowOrder.isTotal(query, catalog)) {
            findings.refuse(
                    "which of several rows with one key ON CONFLICT DO NOTHING keeps depends on the order of rows",
                    "Add ORDER BY over a unique key to the query.");
        }
        return Effect.NONE;
    }

    private static boolean contains(NodeTree tree, String name) {
        return (tree instanceof Node node && node.is(name))
                || NodeTree.children(tree).stream().anyMatch(child -> contains(child, name));
    }
}
