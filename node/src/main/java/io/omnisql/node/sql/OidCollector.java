package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds the functions and relations that a tree names. */
final class OidCollector {
    private static final int FIRST_USER_OID = 16384;

    final SortedSet<Integer> functions = new TreeSet<>();
    final SortedSet<Integer> relations = new TreeSet<>();

    /** Those of users that values are made of: these may be domains with checks, or hold such. */
    final SortedSet<Integer> types = new TreeSet<>();

    void collect(NodeTree tree) {
        if (tree instanceof Node node) {
            function(node.number("funcid"));
            function(node.number("opfuncid"));
            function(node.number("aggfnoid"));
            function(node.number("winfnoid"));
            for (int type : made(node)) {
                if (type < 0 || type >= FIRST_USER_OID) {
                    types.add(type);
                }
            }
            if (node.is("RANGETBLENTRY") && node.number("relid") != 0) {
                relations.add(node.number("relid"));
            }
        }
        for (NodeTree child : NodeTree.children(tree)) {
            collect(child);
        }
    }

    /** The types of values that the node makes of others; a column's value was made before. */
    static List<Integer> made(Node node) {
        return switch (node.name()) {
            case "CONST", "PARAM", "FUNCEXPR", "COERCETODOMAIN", "COERCEVIAIO", "ARRAYCOERCEEXPR" ->
                List.of(ExpressionType.type(node));
            case "ROWEXPR" -> List.of(node.number("row_typeid"));
            case "CONVERTROWTYPEEXPR" -> List.of(node.number("resulttype"));
            case "JSONRETURNING" -> List.of(node.number("typid"));
            case "RANGETBLFUNCTION" ->
                node.items("funccoltypes").stream().map(NodeTree::number).toList();
            default -> List.of();
        };
    }

    /** Numbers of the columns that an expression over one table reads. */
    static SortedSet<Integer> columns(NodeTree tree) {
        SortedSet<Integer> columns = new TreeSet<>();
        if (tree instanceof Node node && node.is("VAR")) {
            columns.add(node.number("varattno"));
        }
        NodeTree.children(tree).forEach(child -> columns.addAll(columns(child)));
        return columns;
    }

    private void function(int oid) {
        if (oid != 0) {
            functions.add(oid);
        }
    }
}
