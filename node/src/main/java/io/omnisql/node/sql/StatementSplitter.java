package io.omnisql.node.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a client's text at the semicolons between statements: not at those in parentheses (CREATE RULE) nor in the body of a
 * function that is written as {@code BEGIN ATOMIC ... END}.
 */
public final class StatementSplitter {
    /** Each takes the room of some dozens of tokens. */
    static final int STATEMENTS_MAX = 10_000;

    private final Tokens tokens;
    private final List<SqlStatement> statements = new ArrayList<>();
    private int first;
    private int textStart;
    private int parentheses;
    private int bodies;

    private StatementSplitter(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * The statements in order, the empty ones between two semicolons left out; a text of nothing gives one empty statement, and one of
     * too much a single statement that will be refused.
     */
    public static List<SqlStatement> split(String sql) {
        try {
            return new StatementSplitter(Scanner.scan(sql)).split();
        } catch (TooManyTokens e) {
            return List.of(SqlStatement.of(0, Tokens.tooMany(sql)));
        }
    }

    private List<SqlStatement> split() {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.isSymbol(i, ";") && parentheses <= 0 && bodies <= 0) {
                take(i, tokens.start(i));
                first = i + 1;
                textStart = tokens.end(i);
                parentheses = 0;
                bodies = 0;
            } else {
                follow(i);
            }
        }
        if (first < tokens.size() || statements.isEmpty()) {
            take(tokens.size(), tokens.sql().length());
        }
        return List.copyOf(statements);
    }

    private void follow(int i) {
        if (tokens.isSymbol(i, "(")) {
            parentheses++;
        } else if (tokens.isSymbol(i, ")")) {
            parentheses--;
        } else if (tokens.are(i, "begin", "atomic") && isRoutine()) {
            bodies++;
        } else if (bodies > 0 && tokens.is(i, "case")) {
            bodies++;
        } else if (bodies > 0 && tokens.is(i, "end")) {
            bodies--;
        }
    }

    private boolean isRoutine() {
        int what = tokens.are(first, "create", "or", "replace") ? first + 3 : first + 1;
        return tokens.is(first, "create") && tokens.isAny(what, "function", "procedure");
    }

    private void take(int end, int textEnd) {
        if (end > first || (end == tokens.size() && statements.isEmpty())) {
            if (statements.size() == STATEMENTS_MAX) {
                throw new TooManyTokens();
            }
            statements.add(SqlStatement.of(textStart, tokens.slice(first, end, textStart, textEnd)));
        }
    }
}
