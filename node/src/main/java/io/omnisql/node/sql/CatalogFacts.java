package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Everything of the catalog that a statement touches, directly or through views, triggers, defaults and functions. */
final class CatalogFacts {
    final SortedMap<Integer, FunctionFact> functions = new TreeMap<>();
    final SortedMap<String, List<FunctionFact>> functionsByName = new TreeMap<>();
    final SortedMap<String, List<Integer>> relationsByName = new TreeMap<>();
    final SortedMap<Integer, RelationFact> relations = new TreeMap<>();
    final SortedSet<Integer> enums = new TreeSet<>();

    /** Functions behind the operators of users, by the operator's name; loaded when a function's body is text. */
    final SortedMap<String, List<Integer>> operators = new TreeMap<>();

    /** Functions in SQL or PL/pgSQL behind casts, and trees of all domains' checks; loaded likewise. */
    final SortedSet<Integer> casts = new TreeSet<>();

    final List<NodeTree> domainChecks = new ArrayList<>();

    /** Trees of the checks that a value of a type must pass, for itself and for what it holds. */
    final SortedMap<Integer, List<NodeTree>> typeChecks = new TreeMap<>();

    @Nullable
    FunctionFact function(int oid) {
        return functions.get(oid);
    }

    @Nullable
    RelationFact relation(int oid) {
        return relations.get(oid);
    }

    /** The relation and all that a change of it changes too. */
    List<RelationFact> reach(int oid) {
        List<RelationFact> reached = new ArrayList<>();
        SortedSet<Integer> seen = new TreeSet<>();
        List<Integer> next = new ArrayList<>(List.of(oid));
        while (!next.isEmpty()) {
            int current = next.removeLast();
            RelationFact fact = seen.add(current) ? relation(current) : null;
            if (fact != null) {
                reached.add(fact);
                next.addAll(fact.affected());
                next.addAll(viewTargets(fact));
            }
        }
        return reached;
    }

    /** The relation with its parts, or what it is a view of. */
    List<RelationFact> parts(int oid) {
        List<RelationFact> parts = new ArrayList<>();
        RelationFact fact = relation(oid);
        if (fact != null) {
            parts.add(fact);
            fact.parts().forEach(part -> parts.addAll(parts(part)));
            viewTargets(fact).forEach(target -> parts.addAll(parts(target)));
        }
        return parts;
    }

    /** What a change of a view changes. */
    private static List<Integer> viewTargets(RelationFact fact) {
        SortedSet<Integer> targets = new TreeSet<>();
        if (fact.view() != null) {
            OidCollector collector = new OidCollector();
            collector.collect(fact.view());
            targets.addAll(collector.relations);
        }
        return List.copyOf(targets);
    }

    /**
     * Whether equal values of the type are one and the same: then it does not matter which of two equal ones PostgreSQL keeps. Not so
     * for numeric without scale (1.0 = 1.00), float (0 = -0), interval, jsonb, citext, ...
     */
    boolean isDiscrete(int type, int typmod, int collation) {
        if (collation >= 16384) {
            return false;
        }
        boolean isScaled = (type == 1700 || type == 1042) && typmod > 0;
        return isScaled || DISCRETE.contains(" " + type + " ") || enums.contains(type);
    }

    boolean isDiscrete(@Nullable Node expression) {
        return expression != null
                && isDiscrete(
                        ExpressionType.type(expression),
                        ExpressionType.typmod(expression),
                        ExpressionType.collation(expression));
    }

    // bool bytea char name int8 int2 int4 text oid macaddr inet cidr varchar date time timestamp timestamptz uuid,
    // int4range tsrange tstzrange daterange int8range, their multiranges
    private static final String DISCRETE = " 16 17 18 19 20 21 23 25 26 829 869 650 1043 1082 1083 1114 1184 2950"
            + " 3904 3908 3910 3912 3926 4451 4533 4534 4535 4536 ";
}
