package io.omnisql.node.sql;

import io.omnisql.node.sql.NodeTree.Atom;
import io.omnisql.node.sql.NodeTree.Items;
import io.omnisql.node.sql.NodeTree.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * How a statement's parameters become arguments of the function that it is analysed as. A function takes a hundred arguments at most
 * (FUNC_MAX_ARGS), a statement some ten thousand parameters: beyond that they are columns of composite types, which are columns of
 * others. PostgreSQL copies a type's description for each use of a column, so the types are small.
 *
 * @param types names of the types of $1, $2, ...
 */
record AnalysedParameters(List<String> types) {
    private static final int ARGUMENTS_MAX = 100;

    /** Squared and times the arguments more than the 65,535 parameters that a statement may have. */
    private static final int COLUMNS = 26;

    AnalysedParameters {
        types = List.copyOf(types);
    }

    private boolean areColumns() {
        return types.size() > ARGUMENTS_MAX;
    }

    /** What must be created first. */
    List<String> definitions() {
        List<String> definitions = new ArrayList<>();
        if (areColumns()) {
            List<String> groups = define("p", "omnisql_parameters_", types, definitions);
            define("q", "omnisql_argument_", groups, definitions);
        }
        return definitions;
    }

    /** Defines types of a few columns each, and gives their names. */
    private static List<String> define(String column, String name, List<String> types, List<String> definitions) {
        List<String> names = new ArrayList<>();
        for (int first = 0; first < types.size(); first += COLUMNS) {
            List<String> columns = new ArrayList<>();
            for (int i = first; i < Math.min(types.size(), first + COLUMNS); i++) {
                columns.add(column + (i + 1) + " " + types.get(i));
            }
            names.add("pg_temp." + name + (names.size() + 1));
            definitions.add("CREATE TYPE " + names.getLast() + " AS (" + String.join(", ", columns) + ")");
        }
        return names;
    }

    /** The types of the function's arguments. */
    String arguments() {
        if (!areColumns()) {
            return String.join(", ", types);
        }
        List<String> arguments = new ArrayList<>();
        for (int argument = 1; argument <= group(group(types.size())); argument++) {
            arguments.add("pg_temp.omnisql_argument_" + argument);
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
                written.append(sql, copied, tokens.start(i))
                        .append("(($" + group(group(number)) + ").q" + group(number) + ").p" + number);
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
        Node group = node.is("FIELDSELECT") ? node.node("arg") : null;
        Node argument = group != null && group.is("FIELDSELECT") ? group.node("arg") : null;
        if (group != null && argument != null && argument.is("PARAM")) {
            int groups = (argument.number("paramid") - 1) * COLUMNS + group.number("fieldnum");
            int number = (groups - 1) * COLUMNS + node.number("fieldnum");
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

    /** Number of the type that has the column of this number. */
    private static int group(int column) {
        return (column - 1) / COLUMNS + 1;
    }
}
