package io.omnisql.node.sql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads CREATE FUNCTION and CREATE PROCEDURE. */
final class Routine {
    private Routine() {}

    /** Whether the statement creates a routine. */
    static boolean isCreated(Tokens tokens) {
        int what = tokens.are(0, "create", "or", "replace") ? 3 : 1;
        return tokens.is(0, "create") && tokens.isAny(what, "function", "procedure");
    }

    /** The routine's language in lower case; {@code sql} when the body stands unquoted; null when there is none. */
    static @Nullable String language(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.is(i - 1, "language")) {
                String literal = Literals.value(tokens, i);
                String name = literal != null ? literal : tokens.name(i);
                return name == null ? null : name.toLowerCase(Locale.ROOT);
            }
        }
        return tokens.find(0, "atomic") > 0 || tokens.find(0, "return") > 0 ? "sql" : null;
    }

    /** The place of the quoted body, or -1. */
    static int body(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.is(i - 1, "as") && tokens.kind(i).isString()) {
                return i;
            }
        }
        return -1;
    }

    /** The place of BEGIN ATOMIC, which is the last clause, or the end; a parameter may have these words as name and type. */
    static int unquotedBody(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i = tokens.isSymbol(i, "(") ? tokens.closing(i) : i + 1) {
            if (tokens.are(i, "begin", "atomic")) {
                return i;
            }
        }
        return tokens.size();
    }
}
