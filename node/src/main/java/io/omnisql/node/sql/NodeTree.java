package io.omnisql.node.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's analysis made of a statement, as it writes it into its catalogs (type pg_node_tree): nodes with named fields, lists,
 * and atoms. Only the fields that are asked for need to be known.
 */
sealed interface NodeTree {
    /** Absent, null or an empty list. */
    Atom NULL = new Atom("<>");

    /** A number, name, flag or {@code <>}. */
    record Atom(String text) implements NodeTree {}

    /** A list in order. A list of numbers begins with the atom i, o or b. */
    record Items(List<NodeTree> items) implements NodeTree {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A node; its fields in their order. */
    record Node(String name, List<String> fields, List<NodeTree> values) implements NodeTree {
        public Node {
            fields = List.copyOf(fields);
            values = List.copyOf(values);
        }

        boolean is(String wanted) {
            return name.equals(wanted);
        }

        NodeTree get(String field) {
            int i = fields.indexOf(field);
            return i < 0 ? NULL : values.get(i);
        }

        boolean has(String field) {
            return !NULL.equals(get(field));
        }

        boolean isTrue(String field) {
            return text(field).equals("true");
        }

        String text(String field) {
            return get(field) instanceof Atom atom ? atom.text() : "";
        }

        /** The number of the field, 0 where there is none. */
        int number(String field) {
            return NodeTree.number(get(field));
        }

        @Nullable
        Node node(String field) {
            return get(field) instanceof Node node ? node : null;
        }

        /** The items of a list; none where it is empty. */
        List<NodeTree> items(String field) {
            return get(field) instanceof Items items ? items.items() : List.of();
        }

        /** The nodes of a list. */
        List<Node> nodes(String field) {
            return nodesOf(get(field));
        }
    }

    /** The nodes among the items of a list. */
    static List<Node> nodesOf(NodeTree list) {
        return list instanceof Items items
                ? items.items().stream()
                        .filter(Node.class::isInstance)
                        .map(Node.class::cast)
                        .toList()
                : List.of();
    }

    /** An object id may exceed an int's positive half: it comes back negative but equal to itself. */
    static int number(NodeTree value) {
        if (!(value instanceof Atom atom)) {
            return 0;
        }
        try {
            return (int) Long.parseLong(atom.text());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The parts directly below. */
    static List<NodeTree> children(NodeTree tree) {
        return switch (tree) {
            case Atom atom -> List.of();
            case Items items -> items.items();
            case Node node -> node.values();
        };
    }
}
