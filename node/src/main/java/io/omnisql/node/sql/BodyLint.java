package io.omnisql.node.sql;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges the text of a function's body (SQL or PL/pgSQL) by its words alone, hence strictly: whatever may depend on the order of rows, on
 * this node or on this session is refused. The functions that it calls are judged by {@link FunctionLint}.
 */
final class BodyLint {
    private final Tokens body;
    private final FunctionFact function;
    private @Nullable String reason;
    private String hint = "";
    private boolean touchesTables;

    private BodyLint(Tokens body, FunctionFact function) {
        this.body = body;
        this.function = function;
    }

    /**
     * What was found.
     *
     * @param reason why it is refused, null when it is not
     * @param touchesTables whether it holds a statement at all
     */
    record Finding(
            @Nullable String reason, String hint, boolean needsInputs, boolean drawsChance, boolean touchesTables) {}

    static Finding check(Tokens body, FunctionFact function) {
        return new BodyLint(body, function).check();
    }

    private Finding check() {
        boolean needsInputs = false;
        boolean drawsChance = InputRewriter.callsChance(body);
        for (int i = 0; i < body.size(); i++) {
            word(i);
            needsInputs |= "omnisql".equals(body.name(i));
            if (SpecialDates.mayBe(body, i)) {
                refuse("a literal like 'now' reads each node's clock", "Use now() or CURRENT_DATE.");
            }
        }
        int start = 0;
        for (int i = 0; i <= body.size(); i++) {
            if (i == body.size() || endsStatement(start, i)) {
                statement(start, i);
                start = i + 1;
            }
        }
        if (function.language().equals("sql") && !function.returnsSet() && givesRowsOfTables()) {
            refuse(
                    "it gives the first row of a query whose order is not certain",
                    "Write the body as BEGIN ATOMIC ... END.");
        }
        return new Finding(reason, hint, needsInputs, drawsChance, touchesTables);
    }

    private void refuse(String why, String how) {
        if (reason == null) {
            reason = why;
            hint = how;
        }
    }

    private void word(int i) {
        node(i);
        String name = body.kind(i) == TokenKind.WORD ? body.name(i) : null;
        if (name == null || body.isSymbol(i - 1, ".")) {
            return;
        }
        if (ORDER_WORDS.contains(name) && !(name.equals("distinct") && body.is(i + 1, "from"))) {
            refuse(
                    name.toUpperCase(Locale.ROOT) + " in a function's body may depend on the order of rows",
                    "Do it in the statement itself, where it is analysed.");
        } else if (name.equals("execute") || (SESSION_WORDS.contains(name) && startsStatement(i))) {
            refuse(name.toUpperCase(Locale.ROOT) + " in a function's body is not looked into", "Leave it out.");
        } else if (name.equals("array") && body.isSymbol(i + 1, "(")) {
            refuse(
                    "ARRAY(query) in a function's body may depend on the order of rows",
                    "Use array_agg in a statement.");
        } else if (name.equals("current") && body.is(i + 1, "of")) {
            refuse("WHERE CURRENT OF names a row of one node's cursor", "Name the row by its key.");
        } else if (name.equals("temp") || name.equals("temporary")) {
            refuse("temporary tables are not replicated", "Use a WITH query.");
        } else if (name.equals("for") && opensRowLoop(i)) {
            refuse(
                    "a loop over the rows of a query runs in an order that is not certain",
                    "Use one statement for all rows.");
        }
        touchesTables |= TABLE_WORDS.contains(name);
    }

    /** Names, also quoted ones, of what is another on each node. */
    private void node(int i) {
        String name = body.name(i);
        if (name == null) {
            return;
        }
        if (SYSTEM_COLUMNS.contains(name)) {
            refuse(name + " differs between nodes", "Use a key of the table.");
        } else if (DefinitionRefusals.OBJECT_TYPES.contains(name) && !namesSequence(i) && !namesConfiguration(i)) {
            refuse("object ids (" + name + ") differ between nodes", "Use the name as text.");
        } else if (name.equals("information_schema") || (name.equals("pg_catalog") && readsCatalog(i))) {
            refuse("PostgreSQL's own catalogs differ between nodes", "Leave them out.");
        }
    }

    /** {@code nextval('name'::regclass)} */
    private boolean namesSequence(int i) {
        return body.isSymbol(i - 1, "::")
                && body.kind(i - 2).isString()
                && body.isSymbol(i - 3, "(")
                && body.isAny(i - 4, "nextval", "setval");
    }

    /** {@code to_tsvector('name'::regconfig, text)} */
    private boolean namesConfiguration(int i) {
        String called = body.isSymbol(i - 3, "(") ? body.name(i - 4) : null;
        return body.isSymbol(i - 1, "::")
                && body.kind(i - 2).isString()
                && body.isSymbol(i + 1, ",")
                && called != null
                && ExpressionLint.TEXT_SEARCH.contains(called);
    }

    /** Whether a statement that may meet many rows calls one of these, which draw or change something. */
    static boolean drawsByRow(Tokens body, FunctionFact function, SortedSet<String> drawing) {
        BodyLint lint = new BodyLint(body, function);
        int start = 0;
        for (int i = 0; i <= body.size(); i++) {
            if (i == body.size() || lint.endsStatement(start, i)) {
                if (lint.meetsRows(start, i) && lint.calls(start, i, drawing)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    private boolean meetsRows(int from, int to) {
        boolean updates = has(from, to, "update") && !body.is(find(from, to, "update") - 1, "for");
        return updates || has(from, to, "delete") || hasFrom(from, to);
    }

    private boolean calls(int from, int to, SortedSet<String> drawing) {
        for (int i = from; i < to; i++) {
            String name = BodyCalls.called(body, i);
            if (name != null && (drawing.contains(name) || DeterministicFunctions.isChance(name))) {
                return true;
            }
        }
        return false;
    }

    private boolean readsCatalog(int i) {
        return !body.isSymbol(i + 3, "(");
    }

    /** FOR x IN 1..10 LOOP counts; any other FOR ... IN goes through rows. FOREACH is another word, FOR UPDATE has no IN. */
    private boolean opensRowLoop(int i) {
        for (int k = i + 1; k < body.size() && !body.is(k, "loop") && !body.isSymbol(k, ";"); k++) {
            if (body.isSymbol(k, "..")) {
                return false;
            }
        }
        return body.is(i + 2, "in") || body.isSymbol(i + 2, ",");
    }

    private boolean endsStatement(int i) {
        return body.isSymbol(i, ";") || body.isAny(i, "then", "loop", "else", "begin");
    }

    /** THEN and ELSE may be those of a CASE within the statement: then it ends at its semicolon. */
    private boolean endsStatement(int start, int i) {
        return endsStatement(i) && (body.isSymbol(i, ";") || !has(start + 1, i, "case"));
    }

    private boolean startsStatement(int i) {
        return i == 0 || endsStatement(i - 1);
    }

    private void statement(int from, int to) {
        boolean insert = has(from, to, "insert");
        boolean update = has(from, to, "update") && !body.is(find(from, to, "update") - 1, "for");
        boolean source = hasFrom(from, to);
        if (insert && has(from, to, "select")) {
            refuse("INSERT ... SELECT in a function's body may depend on the order of rows", "Send it as a statement.");
        }
        if (update && source) {
            refuse("UPDATE ... FROM in a function's body may match several rows", "Send it as a statement.");
        }
        if (has(from, to, "merge")) {
            refuse("MERGE in a function's body may match several rows", "Send it as a statement.");
        }
        // RETURNING and STRICT may be labels as well. More than one row of RETURNING is an error without STRICT.
        int into = insert || body.isAny(from, "update", "delete") ? -1 : find(from, to, "into");
        if (into >= 0 && source && !body.is(into + 1, "strict")) {
            refuse(
                    "SELECT INTO takes whichever row comes first",
                    "Write SELECT ... INTO STRICT, or x := (SELECT ...).");
        }
    }

    private boolean givesRowsOfTables() {
        int start = body.size();
        while (start > 0 && (start == body.size() || !body.isSymbol(start - 1, ";") || isBlankAfter(start))) {
            start--;
        }
        return hasFrom(start, body.size()) && !has(start, body.size(), "delete");
    }

    private boolean isBlankAfter(int i) {
        return i >= body.size();
    }

    /** FROM, but for IS DISTINCT FROM, DELETE FROM and those of EXTRACT(... FROM ...) and their like. */
    private boolean hasFrom(int from, int to) {
        for (int i = from; i < to; i++) {
            if (body.is(i, "from")
                    && !body.is(i - 1, "distinct")
                    && !body.is(i - 1, "delete")
                    && !isWithinCall(from, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWithinCall(int from, int at) {
        for (int i = at; i > from; i--) {
            if (body.isSymbol(i, "(")) {
                return body.closing(i) > at && body.isAny(i - 1, "extract", "substring", "trim", "overlay", "position");
            }
        }
        return false;
    }

    private boolean has(int from, int to, String word) {
        return find(from, to, word) >= 0;
    }

    private int find(int from, int to, String word) {
        int i = body.find(from, word);
        return i < to ? i : -1;
    }

    private static final List<String> ORDER_WORDS =
            List.of("limit", "offset", "distinct", "over", "tablesample", "cursor", "refcursor");

    private static final List<String> SYSTEM_COLUMNS =
            List.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "tg_relid", "pg_routine_oid");

    private static final List<String> SESSION_WORDS = List.of(
            "set",
            "reset",
            "commit",
            "rollback",
            "open",
            "fetch",
            "move",
            "close",
            "create",
            "alter",
            "drop",
            "truncate",
            "grant",
            "revoke",
            "copy",
            "lock",
            "notify",
            "listen",
            "call",
            "do",
            "discard",
            "analyze",
            "vacuum",
            "prepare",
            "deallocate",
            "comment",
            "refresh");

    private static final List<String> TABLE_WORDS = List.of("insert", "update", "delete", "merge", "select", "perform");
}
