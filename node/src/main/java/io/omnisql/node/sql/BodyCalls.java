package io.omnisql.node.sql;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the functions that the text of a function's body calls, by name: everything before a parenthesis that is nothing else. */
final class BodyCalls {
    private BodyCalls() {}

    /** The names, those of schema omnisql left out. */
    static SortedSet<String> names(Tokens body) {
        SortedSet<String> names = new TreeSet<>();
        for (int i = 0; i < body.size(); i++) {
            String name = called(body, i);
            if (name != null && !isOmnisql(body, i)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Names behind a dot: {@code row.name} calls a function of that name when the row has no such column. */
    static SortedSet<String> attributes(Tokens body) {
        SortedSet<String> names = new TreeSet<>();
        for (int i = 1; i < body.size(); i++) {
            String name = body.isSymbol(i - 1, ".") ? body.name(i) : null;
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    /** The operators in the body. */
    static SortedSet<String> operators(Tokens body) {
        SortedSet<String> operators = new TreeSet<>();
        for (int i = 0; i < body.size(); i++) {
            if (body.kind(i) == TokenKind.OPERATOR) {
                operators.add(body.text(i));
            }
        }
        return operators;
    }

    /** Every name in the body: some of them are tables. */
    static SortedSet<String> allNames(Tokens body) {
        SortedSet<String> names = new TreeSet<>();
        for (int i = 0; i < body.size(); i++) {
            String name = body.name(i);
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    /** Whether the call at {@code i} is one of the node's own functions. */
    static boolean isOmnisql(Tokens body, int i) {
        return body.isSymbol(i - 1, ".") && "omnisql".equals(body.name(i - 2));
    }

    /** The name of the function that is called at {@code i}, or null when there is no call. */
    static @Nullable String called(Tokens body, int i) {
        if (!body.kind(i).isName() || !body.isSymbol(i + 1, "(")) {
            return null;
        }
        String name = body.name(i);
        if (name == null) {
            return "?";
        }
        boolean isKeyWord = body.kind(i) == TokenKind.WORD && KEY_WORDS.contains(name) && !body.isSymbol(i - 1, ".");
        return isKeyWord || isColumnList(body, i) ? null : name;
    }

    /** INSERT INTO table (columns), also behind a schema's name. */
    private static boolean isColumnList(Tokens body, int i) {
        int first = body.isSymbol(i - 1, ".") ? i - 2 : i;
        return body.is(first - 1, "into") || body.is(first - 1, "conflict");
    }

    private static final List<String> KEY_WORDS = List.of(
            "all",
            "and",
            "any",
            "array",
            "as",
            "between",
            "bit",
            "by",
            "case",
            "cast",
            "char",
            "character",
            "check",
            "coalesce",
            "conflict",
            "dec",
            "decimal",
            "else",
            "elsif",
            "except",
            "exists",
            "filter",
            "float",
            "for",
            "from",
            "greatest",
            "group",
            "having",
            "if",
            "in",
            "intersect",
            "interval",
            "into",
            "is",
            "join",
            "least",
            "like",
            "limit",
            "not",
            "nullif",
            "numeric",
            "on",
            "or",
            "over",
            "precision",
            "raise",
            "return",
            "returning",
            "row",
            "select",
            "set",
            "some",
            "then",
            "time",
            "trim",
            "timestamp",
            "union",
            "using",
            "values",
            "varchar",
            "varying",
            "when",
            "where",
            "while",
            "with",
            "within");
}
