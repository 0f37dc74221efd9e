package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Atom;
import io.omnisql.node.sql.NodeTree.Items;
import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;

/** Reads the text form of pg_node_tree. Bounded in depth; anything unexpected is an {@link UnreadableTree}. */
final class NodeTreeParser {
    private static final int DEPTH_MAX = 800;

    private final String text;
    private int at;

    private NodeTreeParser(String text) {
        this.text = text;
    }

    static NodeTree parse(String text) {
        return new NodeTreeParser(text).value(0);
    }

    private NodeTree value(int depth) {
        if (depth > DEPTH_MAX) {
            throw new UnreadableTree("nested deeper than " + DEPTH_MAX);
        }
        skipSpace();
        if (at >= text.length()) {
            throw new UnreadableTree("cut off");
        }
        return switch (text.charAt(at)) {
            case '{' -> node(depth);
            case '(' -> items(depth);
            case '}', ')' -> throw new UnreadableTree("unexpected " + text.charAt(at) + " at " + at);
            default -> new Atom(word());
        };
    }

    private Node node(int depth) {
        at++;
        String name = word();
        List<String> fields = new ArrayList<>();
        List<NodeTree> values = new ArrayList<>();
        while (!closes('}')) {
            String field = word();
            if (field.equals("[")) {
                datum(values);
                continue;
            }
            if (!field.startsWith(":")) {
                throw new UnreadableTree("a field of " + name + " expected at " + at + ", not " + field);
            }
            fields.add(field.substring(1));
            values.add(value(depth + 1));
        }
        return new Node(name, fields, values);
    }

    private Items items(int depth) {
        at++;
        List<NodeTree> items = new ArrayList<>();
        while (!closes(')')) {
            items.add(value(depth + 1));
        }
        return new Items(items);
    }

    /** The bytes of a constant follow its length in brackets: they tell it from other constants. */
    private void datum(List<NodeTree> values) {
        int close = text.indexOf(']', at);
        if (close < 0) {
            throw new UnreadableTree("a constant is cut off at " + at);
        }
        if (!values.isEmpty() && values.getLast() instanceof Atom(String length)) {
            values.set(values.size() - 1, new Atom(length + text.substring(at, close)));
        }
        at = close + 1;
    }

    private boolean closes(char bracket) {
        skipSpace();
        if (at >= text.length()) {
            throw new UnreadableTree("cut off");
        }
        if (text.charAt(at) != bracket) {
            return false;
        }
        at++;
        return true;
    }

    private String word() {
        skipSpace();
        int start = at;
        while (at < text.length() && !isDelimiter(text.charAt(at))) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at == start || at > text.length()) {
            throw new UnreadableTree("a word expected at " + start);
        }
        return text.substring(start, at);
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private static boolean isDelimiter(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '(' || c == ')' || c == '{' || c == '}';
    }

    /** The text is not what PostgreSQL writes, or too much of it. */
    static final class UnreadableTree extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        UnreadableTree(String message) {
            super(message);
        }
    }
}
