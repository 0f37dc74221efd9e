package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds the functions and relations that a tree names. */
final class OidCollector {
    final SortedSet<Integer> functions = new TreeSet<>();
    final SortedSet<Integer> relations = new TreeSet<>();

    void collect(NodeTree tree) {
        if (tree instanceof Node node) {
            function(node.number("funcid"));
            function(node.number("opfuncid"));
            function(node.number("aggfnoid"));
            function(node.number("winfnoid"));
            if (node.is("RANGETBLENTRY") && node.number("relid") != 0) {
                relations.add(node.number("relid"));
            }
        }
        for (NodeTree child : NodeTree.children(tree)) {
            collect(child);
        }
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
