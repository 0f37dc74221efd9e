package io.omnisql.node.sql;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One statement of a client's text.
 *
 * @param offset where its text begins in the client's text, in UTF-16 units
 * @param tokens its tokens; positions count from {@code offset}
 * @param hints what a leading comment {@code /* omnisql: name=value *}{@code /} asks for, by lower-case name
 */
public record SqlStatement(int offset, Tokens tokens, SortedMap<String, String> hints) {
    private static final int HINTS_MAX = 16;
    /** PostgreSQL has no more than 65535 parameters. */
    private static final int PARAMETER_DIGITS_MAX = 9;

    private static final String HINT_MARK = "omnisql:";

    public SqlStatement {
        hints = Collections.unmodifiableSortedMap(new TreeMap<>(hints));
    }

    /** A statement whose text stands alone. */
    static SqlStatement of(int offset, Tokens tokens) {
        return new SqlStatement(offset, tokens, hintsBefore(tokens));
    }

    /** The statement's text, without the semicolon. */
    public String sql() {
        return tokens.sql();
    }

    /** Whether there is nothing but white space and comments. PostgreSQL answers EmptyQueryResponse when the whole text is so. */
    public boolean isEmpty() {
        return tokens.size() == 0;
    }

    /** The highest number of a parameter in the text ({@code $3}); 0 when it has none. */
    public int parameterCount() {
        int count = 0;
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i) == TokenKind.PARAMETER) {
                String digits = tokens.sql().substring(tokens.start(i) + 1, tokens.end(i));
                count = Math.max(
                        count, digits.length() > PARAMETER_DIGITS_MAX ? Integer.MAX_VALUE : Integer.parseInt(digits));
            }
        }
        return count;
    }

    /**
     * The statement with its literals out, one text for all statements that differ only in them. What PostgreSQL makes of a
     * statement may depend on some literals, and those stay in: strings that may be read as the present date, numbers wherever
     * they may be positions (ORDER BY 2) or lengths, and the size class of all other numbers (an overload may hang on it). Beside
     * ORDER BY or GROUP BY it tells which strings are alike, for that decides whether two expressions are one.
     */
    public String shape() {
        boolean numbersMatter = tokens.find(0, "select") >= 0
                || tokens.find(0, "order") >= 0
                || tokens.find(0, "with") >= 0
                || !tokens.isAny(0, "insert", "update", "delete");
        String shape = shape(tokens, 0, tokens.size(), numbersMatter);
        return tokens.find(0, "by") >= 0 ? shape + alikeStrings(tokens) : shape;
    }

    /** The shape of some tokens of a statement in which numbers are mere values. */
    static String shape(Tokens tokens, int from, int to) {
        return shape(tokens, from, to, false);
    }

    private static String shape(Tokens tokens, int from, int to, boolean numbersMatter) {
        StringBuilder shape = new StringBuilder();
        for (int i = from; i < to; i++) {
            appendShape(shape, tokens, i, numbersMatter);
            shape.append(' ');
        }
        return shape.toString();
    }

    /** For each string of the text the number of the first one like it. */
    private static String alikeStrings(Tokens tokens) {
        Map<String, Integer> numbers = new TreeMap<>();
        StringBuilder alike = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.kind(i).isString()) {
                alike.append(numbers.computeIfAbsent(tokens.text(i), text -> numbers.size()))
                        .append(' ');
            }
        }
        return alike.toString();
    }

    private static void appendShape(StringBuilder shape, Tokens tokens, int i, boolean numbersMatter) {
        switch (tokens.kind(i)) {
            case STRING, ESCAPE_STRING, UNICODE_STRING, DOLLAR_STRING ->
                shape.append(SpecialDates.mayBe(tokens, i) ? tokens.text(i) : "'?'");
            case INTEGER -> shape.append(numbersMatter ? tokens.text(i) : sizeClass(tokens, i));
            case DECIMAL -> shape.append(numbersMatter ? tokens.text(i) : "?d");
            case WORD, QUOTED_NAME, UNICODE_NAME, PARAMETER, OPERATOR, PUNCTUATION, BIT_STRING, OTHER ->
                shape.append(tokens.sql(), tokens.start(i), tokens.end(i));
        }
    }

    private static String sizeClass(Tokens tokens, int i) {
        // Nine characters are an int4 for certain; longer ones keep their text, they are rare.
        return tokens.end(i) - tokens.start(i) <= 9 ? "?i" : tokens.text(i);
    }

    private static SortedMap<String, String> hintsBefore(Tokens tokens) {
        SortedMap<String, String> hints = new TreeMap<>();
        int end = tokens.size() == 0 ? tokens.sql().length() : tokens.start(0);
        int mark = tokens.sql().indexOf(HINT_MARK);
        if (mark < 0 || mark >= end) {
            return hints;
        }
        String comment = tokens.sql().substring(mark + HINT_MARK.length(), end);
        int close = comment.indexOf("*/");
        for (String pair : (close < 0 ? comment : comment.substring(0, close)).split("[,\\s]+", HINTS_MAX)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                hints.put(pair.substring(0, equals).toLowerCase(Locale.ROOT), pair.substring(equals + 1));
            }
        }
        return hints;
    }
}
