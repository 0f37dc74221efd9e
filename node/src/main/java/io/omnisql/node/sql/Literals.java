package io.omnisql.node.sql;

import org.jspecify.annotations.Nullable;

/** Reads and writes the values of string literals. */
final class Literals {
    private Literals() {}

    /** The text that a string token stands for, or null when it uses {@code U&} escapes or is cut off. */
    static @Nullable String value(Tokens tokens, int i) {
        String text = tokens.text(i);
        return switch (tokens.kind(i)) {
            case STRING -> joined(text, text.indexOf('\''), false);
            case ESCAPE_STRING -> joined(text, text.indexOf('\''), true);
            case UNICODE_STRING ->
                text.indexOf('\\') < 0 && !tokens.is(i + 1, "uescape") ? joined(text, 2, false) : null;
            case DOLLAR_STRING -> betweenTags(text);
            case WORD, QUOTED_NAME, UNICODE_NAME, BIT_STRING, INTEGER, DECIMAL, PARAMETER -> null;
            case OPERATOR, PUNCTUATION, OTHER -> null;
        };
    }

    /** The text as a literal that means the same whatever {@code standard_conforming_strings} says. */
    static String quote(String value) {
        String doubled = value.replace("'", "''");
        return value.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }

    private static @Nullable String betweenTags(String text) {
        int tag = text.indexOf('$', 1) + 1;
        return text.length() >= 2 * tag && tag > 0 ? text.substring(tag, text.length() - tag) : null;
    }

    /** Joins the pieces of a literal; between pieces there is only white space and comments. */
    private static @Nullable String joined(String text, int firstQuote, boolean hasEscapes) {
        StringBuilder value = new StringBuilder(text.length());
        int i = firstQuote + 1;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (hasEscapes && c == '\\' && i < text.length()) {
                i = escape(text, i, value);
            } else if (c != '\'') {
                value.append(c);
            } else if (i < text.length() && text.charAt(i) == '\'') {
                value.append('\'');
                i++;
            } else {
                i = nextPiece(text, i);
            }
        }
        return i == text.length() + 1 ? value.toString() : null;
    }

    /** Behind the quote that opens the next piece, or one beyond the end when the literal ended properly. */
    private static int nextPiece(String text, int from) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\'') {
                return i + 1;
            }
            if (c == '-') {
                while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
                    i++;
                }
            } else {
                i++;
            }
        }
        return text.length() + 1;
    }

    private static int escape(String text, int at, StringBuilder value) {
        char c = text.charAt(at);
        return switch (c) {
            case 'b' -> append(value, '\b', at + 1);
            case 'f' -> append(value, '\f', at + 1);
            case 'n' -> append(value, '\n', at + 1);
            case 'r' -> append(value, '\r', at + 1);
            case 't' -> append(value, '\t', at + 1);
            case 'x' -> code(text, at, new Digits(1, 2, 16), value);
            case 'u' -> code(text, at, new Digits(1, 4, 16), value);
            case 'U' -> code(text, at, new Digits(1, 8, 16), value);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> code(text, at, new Digits(0, 3, 8), value);
            default -> append(value, c, at + 1);
        };
    }

    private record Digits(int skip, int max, int radix) {}

    private static int code(String text, int at, Digits digits, StringBuilder value) {
        int end = at + digits.skip;
        int code = 0;
        while (end < text.length()
                && end < at + digits.skip + digits.max
                && Character.digit(text.charAt(end), digits.radix) >= 0) {
            code = code * digits.radix + Character.digit(text.charAt(end), digits.radix);
            end++;
        }
        if (end == at + digits.skip) {
            return append(value, text.charAt(at), at + 1);
        }
        value.appendCodePoint(Character.isValidCodePoint(code) ? code : '?');
        return end;
    }

    private static int append(StringBuilder value, char c, int next) {
        value.append(c);
        return next;
    }
}
