package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Atom;
import io.omnisql.node.sql.NodeTree.Items;
import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * How a statement's parameters become arguments of the function that it is analysed as. A function takes a hundred arguments at most
 * (FUNC_MAX_ARGS), a statement some ten thousand parameters: beyond that they are columns of composite types.
 *
 * @param types names of the types of $1, $2, ...
 */
record AnalysedParameters(List<String> types) {
    private static final int ARGUMENTS_MAX = 100;

    /** PostgreSQL's own limit, MaxHeapAttributeNumber. */
    private static final int COLUMNS_MAX = 1_600;

    AnalysedParameters {
        types = List.copyOf(types);
    }

    private boolean areColumns() {
        return types.size() > ARGUMENTS_MAX;
    }

    /** What must be created first. */
    List<String> definitions() {
        List<String> definitions = new ArrayList<>();
        for (int first = 0; areColumns() && first < types.size(); first += COLUMNS_MAX) {
            List<String> columns = new ArrayList<>();
            for (int i = first; i < Math.min(types.size(), first + COLUMNS_MAX); i++) {
                columns.add("p" + (i + 1) + " " + types.get(i));
            }
            definitions.add(
                    "CREATE TYPE " + typeName(definitions.size() + 1) + " AS (" + String.join(", ", columns) + ")");
        }
        return definitions;
    }

    /** The types of the function's arguments. */
    String arguments() {
        if (!areColumns()) {
            return String.join(", ", types);
        }
        List<String> arguments = new ArrayList<>();
        for (int argument = 1; argument <= argument(types.size()); argument++) {
            arguments.add(typeName(argument));
        }
        return String.join(", ", arguments);
    }

    /** The statement with its parameters written as what they are within the function. */
    String written(String sql) {
        if (!areColumns()) {
            return sql;
        }
        Tokens tokens = Scanner.scan(sql);
        StringBuilder written = new StringBuilder();
        int copied = 0;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == TokenKind.PARAMETER) {
                int number = Integer.parseInt(tokens.text(i).substring(1));
                written.append(sql, copied, tokens.start(i)).append("($" + argument(number) + ").p" + number);
                copied = tokens.end(i);
            }
        }
        return written.append(sql, copied, sql.length()).toString();
    }

    /** The tree with the parameters as the client numbers them. */
    NodeTree restored(NodeTree tree) {
        return areColumns() ? numbered(tree) : tree;
    }

    private static NodeTree numbered(NodeTree tree) {
        return switch (tree) {
            case Atom atom -> atom;
            case Items items ->
                new Items(
                        items.items().stream().map(AnalysedParameters::numbered).toList());
            case Node node -> numbered(node);
        };
    }

    private static Node numbered(Node node) {
        Node argument = node.is("FIELDSELECT") ? node.node("arg") : null;
        if (argument != null && argument.is("PARAM")) {
            int number = (argument.number("paramid") - 1) * COLUMNS_MAX + node.number("fieldnum");
            return new Node(
                    "PARAM",
                    List.of("paramkind", "paramid", "paramtype", "paramtypmod", "paramcollid"),
                    List.of(
                            argument.get("paramkind"),
                            new Atom(Integer.toString(number)),
                            node.get("resulttype"),
                            node.get("resulttypmod"),
                            node.get("resultcollid")));
        }
        return new Node(
                node.name(),
                node.fields(),
                node.values().stream().map(AnalysedParameters::numbered).toList());
    }

    /** Number of the argument that holds the parameter. */
    private static int argument(int parameter) {
        return (parameter - 1) / COLUMNS_MAX + 1;
    }

    private static String typeName(int argument) {
        return "pg_temp.omnisql_parameters_" + argument;
    }
}
