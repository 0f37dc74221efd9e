package io.omnisql.node.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Leaves of INSERT ... VALUES with many rows as many as its analysis needs: of neighbours that differ in nothing but plain literals two are
 * as good as all, so that a statement of ten thousand rows is analysed as fast as one of two and shares its verdict.
 */
final class RepeatedRows {
    private static final int ALIKE_MAX = 2;

    private RepeatedRows() {}

    /** The same tokens when there is nothing to leave out. */
    static Tokens sample(Tokens tokens) {
        int values = tokens.is(0, "insert") ? tokens.find(1, "values") : -1;
        if (values < 0 || tokens.find(1, "select") >= 0 || !tokens.isSymbol(values + 1, "(")) {
            return tokens;
        }
        StringBuilder kept = new StringBuilder();
        int copied = 0;
        int alike = 0;
        String before = "";
        for (int row : rows(tokens, values + 1)) {
            int end = tokens.closing(row);
            String shape = SqlStatement.shape(tokens, row, end);
            alike = shape.equals(before) ? alike + 1 : 1;
            before = shape;
            if (alike > ALIKE_MAX) {
                // From the comma before this row to its closing parenthesis.
                kept.append(tokens.sql(), copied, tokens.start(row - 1));
                copied = tokens.end(end);
            }
        }
        return copied == 0
                ? tokens
                : Scanner.scan(kept.append(tokens.sql().substring(copied)).toString());
    }

    /** Places of the parentheses that open a row each. */
    private static List<Integer> rows(Tokens tokens, int first) {
        List<Integer> rows = new ArrayList<>();
        int row = first;
        while (tokens.isSymbol(row, "(") && tokens.closing(row) < tokens.size()) {
            rows.add(row);
            int comma = tokens.closing(row) + 1;
            row = tokens.isSymbol(comma, ",") ? comma + 1 : tokens.size();
        }
        return rows;
    }
}
