package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Node;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Tells whether parts of one statement draw from one sequence: which part runs first, or both by turns, is the planner's choice. */
final class SequenceLint {
    private final CatalogFacts catalog;
    private final SortedSet<String> drawn = new TreeSet<>();

    private SequenceLint(CatalogFacts catalog) {
        this.catalog = catalog;
    }

    /** @param parts the query and the changes in its WITH */
    static boolean areShared(List<QueryNode> parts, CatalogFacts catalog) {
        SortedSet<String> before = new TreeSet<>();
        for (QueryNode part : parts) {
            SequenceLint lint = new SequenceLint(catalog);
            lint.collect(part);
            if (!Collections.disjoint(lint.drawn, before)) {
                return true;
            }
            before.addAll(lint.drawn);
        }
        return false;
    }

    private void collect(QueryNode part) {
        Node node = part.node();
        for (int i = 0; i < node.fields().size(); i++) {
            if (!node.fields().get(i).equals("cteList")) {
                collect(node.values().get(i));
            }
        }
        if (part.command() == QueryNode.INSERT || part.command() == QueryNode.MERGE) {
            catalog.parts(part.targetRelation()).forEach(this::collectDefaults);
        }
    }

    private void collectDefaults(RelationFact relation) {
        for (Map.Entry<Integer, RelationFact.Column> entry : relation.columns().entrySet()) {
            NodeTree value = entry.getValue().defaultValue();
            if (value != null) {
                collect(value);
            }
        }
    }

    private void collect(NodeTree tree) {
        if (tree instanceof Node node) {
            FunctionFact function = node.is("FUNCEXPR") ? catalog.function(node.number("funcid")) : null;
            boolean isSequence = function != null
                    && function.isBuiltin()
                    && (function.name().equals("nextval") || function.name().equals("setval"));
            if (isSequence && node.items("args").getFirst() instanceof Node name) {
                drawn.add(name.text("constvalue"));
            }
        }
        NodeTree.children(tree).forEach(this::collect);
    }
}
