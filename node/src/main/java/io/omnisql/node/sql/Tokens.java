package io.omnisql.node.sql;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tokens of a text with their positions. Asking beyond either end is allowed and finds nothing. */
public final class Tokens {
    private final String sql;
    private final TokenKind[] kinds;
    private final int[] starts;
    private final int[] ends;
    private final boolean unterminated;
    private final boolean areTooMany;

    Tokens(String sql, TokenKind[] kinds, int[] starts, int[] ends, boolean unterminated) {
        this.sql = sql;
        this.kinds = kinds;
        this.starts = starts;
        this.ends = ends;
        this.unterminated = unterminated;
        this.areTooMany = false;
    }

    private Tokens(String sql) {
        this.sql = sql;
        this.kinds = new TokenKind[0];
        this.starts = new int[0];
        this.ends = new int[0];
        this.unterminated = true;
        this.areTooMany = true;
    }

    /** Stands for a text that has too many: none of them is known. */
    static Tokens tooMany(String sql) {
        return new Tokens(sql);
    }

    /** The tokens from {@code from} (inclusive) to {@code to} (exclusive), over their own piece of the text. */
    Tokens slice(int from, int to, int textStart, int textEnd) {
        if (to - from == kinds.length && textEnd - textStart == sql.length()) {
            return this;
        }
        int[] sliceStarts = Arrays.copyOfRange(starts, from, to);
        int[] sliceEnds = Arrays.copyOfRange(ends, from, to);
        for (int i = 0; i < to - from; i++) {
            sliceStarts[i] -= textStart;
            sliceEnds[i] -= textStart;
        }
        boolean isLast = to == kinds.length;
        return new Tokens(
                sql.substring(textStart, textEnd),
                Arrays.copyOfRange(kinds, from, to),
                sliceStarts,
                sliceEnds,
                unterminated && isLast);
    }

    /** The text that was scanned. */
    public String sql() {
        return sql;
    }

    /** How many tokens there are. */
    public int size() {
        return kinds.length;
    }

    /** Whether the text ends within a string, a quoted name or a comment. PostgreSQL refuses such a text. */
    public boolean unterminated() {
        return unterminated;
    }

    /** Whether there are more than can be known. */
    boolean areTooMany() {
        return areTooMany;
    }

    /** The kind of token {@code i}; {@link TokenKind#OTHER} where there is none. */
    public TokenKind kind(int i) {
        return i >= 0 && i < kinds.length ? kinds[i] : TokenKind.OTHER;
    }

    /** Where token {@code i} begins. */
    public int start(int i) {
        return starts[i];
    }

    /** Where token {@code i} ends, exclusive. */
    public int end(int i) {
        return ends[i];
    }

    /** The token as it was written; empty where there is none. */
    public String text(int i) {
        return i >= 0 && i < kinds.length ? sql.substring(starts[i], ends[i]) : "";
    }

    /** Whether token {@code i} is this unquoted word, in whatever case. */
    public boolean is(int i, String word) {
        return i >= 0
                && i < kinds.length
                && kinds[i] == TokenKind.WORD
                && ends[i] - starts[i] == word.length()
                && sql.regionMatches(true, starts[i], word, 0, word.length());
    }

    /** Whether the words stand here one after the other. */
    public boolean are(int i, String... words) {
        for (int k = 0; k < words.length; k++) {
            if (!is(i + k, words[k])) {
                return false;
            }
        }
        return true;
    }

    /** Whether token {@code i} is one of these words. */
    public boolean isAny(int i, String... words) {
        for (String word : words) {
            if (is(i, word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether token {@code i} is this operator or punctuation. */
    public boolean isSymbol(int i, String symbol) {
        return i >= 0
                && i < kinds.length
                && (kinds[i] == TokenKind.PUNCTUATION || kinds[i] == TokenKind.OPERATOR)
                && ends[i] - starts[i] == symbol.length()
                && sql.startsWith(symbol, starts[i]);
    }

    /** The first place at or after {@code from} where the word stands, or -1. */
    public int find(int from, String word) {
        for (int i = Math.max(0, from); i < kinds.length; i++) {
            if (is(i, word)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The name that token {@code i} stands for as PostgreSQL folds it, or null when it is no name or one whose escapes are not
     * decoded here.
     */
    public @Nullable String name(int i) {
        return switch (kind(i)) {
            case WORD -> text(i).toLowerCase(Locale.ROOT);
            case QUOTED_NAME -> sql.substring(starts[i] + 1, ends[i] - 1).replace("\"\"", "\"");
            case UNICODE_NAME, STRING, ESCAPE_STRING, UNICODE_STRING, DOLLAR_STRING, BIT_STRING -> null;
            case INTEGER, DECIMAL, PARAMETER, OPERATOR, PUNCTUATION, OTHER -> null;
        };
    }

    /** The place of the parenthesis that closes the one at {@code open}, or the end. */
    public int closing(int open) {
        int depth = 0;
        for (int i = open; i < kinds.length; i++) {
            if (isSymbol(i, "(")) {
                depth++;
            } else if (isSymbol(i, ")") && --depth == 0) {
                return i;
            }
        }
        return kinds.length;
    }
}
