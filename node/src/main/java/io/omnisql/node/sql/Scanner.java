package io.omnisql.node.sql;

import java.util.Arrays;

/**
 * Cuts a text into tokens by PostgreSQL's lexical rules with {@code standard_conforming_strings} on (the node refuses to turn it
 * off). Linear in the text: what PostgreSQL would refuse it will refuse itself when the text reaches it. Only a text of too many tokens
 * fails, for they take several times the room of their text.
 */
public final class Scanner {
    /** Enough for an INSERT of as many parameters as PostgreSQL allows, or of half as many literals. */
    static final int TOKENS_MAX = 500_000;

    private static final String OPERATOR_CHARACTERS = "~!@#^&|`?+-*/%<>=";
    private static final String ENDS_IN_SIGN_WITH = "~!@#^&|`?%";

    private final String sql;
    private final int length;
    private int at;
    private boolean unterminated;
    private TokenKind[] kinds = new TokenKind[32];
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private int count;

    private Scanner(String sql) {
        this.sql = sql;
        this.length = sql.length();
    }

    /**
     * All tokens of the text.
     *
     * @throws TooManyTokens when there are more than {@value #TOKENS_MAX}
     */
    public static Tokens scan(String sql) {
        return new Scanner(sql).scan();
    }

    private Tokens scan() {
        while (true) {
            skipSpace();
            if (at >= length) {
                break;
            }
            int start = at;
            add(next(), start);
        }
        return new Tokens(
                sql,
                Arrays.copyOf(kinds, count),
                Arrays.copyOf(starts, count),
                Arrays.copyOf(ends, count),
                unterminated);
    }

    private void add(TokenKind kind, int start) {
        if (count == TOKENS_MAX) {
            throw new TooManyTokens();
        }
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
        }
        kinds[count] = kind;
        starts[count] = start;
        ends[count++] = at;
    }

    private TokenKind next() {
        char c = sql.charAt(at);
        if (isNameStart(c)) {
            return wordOrPrefixed(c);
        }
        if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            return number();
        }
        return switch (c) {
            case '\'' -> quotedString(TokenKind.STRING);
            case '"' -> quotedName(TokenKind.QUOTED_NAME);
            case '$' -> dollar();
            case ',', '(', ')', '[', ']', ';' -> symbol(1);
            case '.' -> symbol(peek(1) == '.' ? 2 : 1);
            case ':' -> symbol(peek(1) == ':' || peek(1) == '=' ? 2 : 1);
            default -> OPERATOR_CHARACTERS.indexOf(c) >= 0 ? operator() : other();
        };
    }

    private TokenKind wordOrPrefixed(char c) {
        char second = peek(1);
        if (second == '\'') {
            return prefixedString(c);
        }
        if ((c == 'u' || c == 'U') && second == '&' && (peek(2) == '\'' || peek(2) == '"')) {
            at += 2;
            return sql.charAt(at) == '"' ? quotedName(TokenKind.UNICODE_NAME) : quotedString(TokenKind.UNICODE_STRING);
        }
        return word();
    }

    private TokenKind prefixedString(char prefix) {
        TokenKind kind = switch (prefix) {
            case 'e', 'E' -> TokenKind.ESCAPE_STRING;
            case 'b', 'B', 'x', 'X' -> TokenKind.BIT_STRING;
            case 'n', 'N' -> TokenKind.STRING;
            default -> TokenKind.WORD;
        };
        if (kind == TokenKind.WORD) {
            return word();
        }
        at++;
        return quotedString(kind);
    }

    private TokenKind word() {
        at++;
        while (at < length && isNamePart(sql.charAt(at))) {
            at++;
        }
        return TokenKind.WORD;
    }

    private TokenKind number() {
        char radix = sql.charAt(at) == '0' ? Character.toLowerCase(peek(1)) : ' ';
        if (radix == 'x' || radix == 'o' || radix == 'b') {
            at += 2;
            while (at < length && (Character.digit(sql.charAt(at), 16) >= 0 || sql.charAt(at) == '_')) {
                at++;
            }
            return TokenKind.INTEGER;
        }
        boolean isDecimal = false;
        digits();
        // "1..10" is two integers and a range in PL/pgSQL.
        if (at < length && sql.charAt(at) == '.' && peek(1) != '.') {
            isDecimal = true;
            at++;
            digits();
        }
        if (at < length && (sql.charAt(at) == 'e' || sql.charAt(at) == 'E')) {
            int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            if (isDigit(peek(1 + sign))) {
                isDecimal = true;
                at += 1 + sign;
                digits();
            }
        }
        return isDecimal ? TokenKind.DECIMAL : TokenKind.INTEGER;
    }

    private void digits() {
        while (at < length && (isDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
            at++;
        }
    }

    /** At the opening quote. A string goes on behind white space that holds a line break and a further quote. */
    private TokenKind quotedString(TokenKind kind) {
        while (true) {
            skipQuoted('\'', kind == TokenKind.ESCAPE_STRING);
            int goesOn = continuation();
            if (goesOn < 0) {
                return kind;
            }
            at = goesOn;
        }
    }

    private int continuation() {
        boolean lineBreak = false;
        int i = at;
        while (i < length) {
            char c = sql.charAt(i);
            if (c == '\n' || c == '\r') {
                lineBreak = true;
                i++;
            } else if (isSpace(c)) {
                i++;
            } else if (c == '-' && i + 1 < length && sql.charAt(i + 1) == '-') {
                i = endOfLine(i);
            } else {
                return c == '\'' && lineBreak ? i : -1;
            }
        }
        return -1;
    }

    private TokenKind quotedName(TokenKind kind) {
        skipQuoted('"', false);
        return kind;
    }

    private void skipQuoted(char quote, boolean backslashEscapes) {
        at++;
        while (at < length) {
            char c = sql.charAt(at++);
            if (c == '\\' && backslashEscapes) {
                at++;
            } else if (c == quote) {
                if (at >= length || sql.charAt(at) != quote) {
                    return;
                }
                at++;
            }
        }
        at = length;
        unterminated = true;
    }

    private TokenKind dollar() {
        if (isDigit(peek(1))) {
            at++;
            while (at < length && isDigit(sql.charAt(at))) {
                at++;
            }
            return TokenKind.PARAMETER;
        }
        int tagEnd = at + 1;
        if (tagEnd < length && isNameStart(sql.charAt(tagEnd))) {
            while (tagEnd < length && sql.charAt(tagEnd) != '$' && isNamePart(sql.charAt(tagEnd))) {
                tagEnd++;
            }
        }
        if (tagEnd >= length || sql.charAt(tagEnd) != '$') {
            return other();
        }
        String tag = sql.substring(at, tagEnd + 1);
        int close = sql.indexOf(tag, tagEnd + 1);
        unterminated |= close < 0;
        at = close < 0 ? length : close + tag.length();
        return TokenKind.DOLLAR_STRING;
    }

    private TokenKind operator() {
        int end = at;
        boolean mayEndInSign = false;
        while (end < length && OPERATOR_CHARACTERS.indexOf(sql.charAt(end)) >= 0) {
            if (end > at && (startsAt("--", end) || startsAt("/*", end))) {
                break;
            }
            mayEndInSign |= ENDS_IN_SIGN_WITH.indexOf(sql.charAt(end)) >= 0;
            end++;
        }
        while (end - at > 1 && !mayEndInSign && (sql.charAt(end - 1) == '+' || sql.charAt(end - 1) == '-')) {
            end--;
        }
        at = end;
        return TokenKind.OPERATOR;
    }

    private TokenKind symbol(int width) {
        at += width;
        return TokenKind.PUNCTUATION;
    }

    private TokenKind other() {
        at++;
        return TokenKind.OTHER;
    }

    private void skipSpace() {
        while (at < length) {
            if (isSpace(sql.charAt(at))) {
                at++;
            } else if (startsAt("--", at)) {
                at = endOfLine(at);
            } else if (startsAt("/*", at)) {
                skipBlockComment();
            } else {
                return;
            }
        }
    }

    private void skipBlockComment() {
        int depth = 0;
        while (at < length) {
            if (startsAt("/*", at)) {
                depth++;
                at += 2;
            } else if (startsAt("*/", at)) {
                at += 2;
                if (--depth == 0) {
                    return;
                }
            } else {
                at++;
            }
        }
        unterminated = true;
    }

    private int endOfLine(int from) {
        int i = from;
        while (i < length && sql.charAt(i) != '\n' && sql.charAt(i) != '\r') {
            i++;
        }
        return i;
    }

    private boolean startsAt(String symbol, int position) {
        return sql.startsWith(symbol, position);
    }

    private char peek(int ahead) {
        return at + ahead < length ? sql.charAt(at + ahead) : '\0';
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\u000b';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c) || c == '$';
    }
}
