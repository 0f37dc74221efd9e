package io.omnisql.node.sql;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds texts that PostgreSQL's date and time types read as "the present": {@code now}, {@code today}, {@code tomorrow} and
 * {@code yesterday}, alone or among other fields ({@code 'today 10:00'}), within arrays, ranges and rows, in whatever case.
 */
public final class SpecialDates {
    /** The words, with the quotes and backslashes that may stand between their letters. */
    private static final String SPOILABLE = Stream.of("now", "today", "tomorrow", "yesterday")
            .map(word -> word.replaceAll("(?<=.)(?=.)", "[\"\\\\\\\\]*"))
            .collect(Collectors.joining("|"));

    private SpecialDates() {}

    /** Whether one of the words stands in the text with no letter beside it. True for texts that are no date at all. */
    public static boolean mayBeIn(String text) {
        // Arrays, rows and ranges take quotes and backslashes away before they read their parts.
        return holdsWord(text) || holdsWord(text.replaceAll("[\"\\\\]", ""));
    }

    private static boolean holdsWord(String text) {
        int i = 0;
        while (i < text.length()) {
            if (!isLetter(text.charAt(i))) {
                i++;
                continue;
            }
            int start = i;
            while (i < text.length() && isLetter(text.charAt(i))) {
                i++;
            }
            if (isSpecial(text, start, i - start)) {
                return true;
            }
        }
        return false;
    }

    /** The text with the words spoiled, so that no date type accepts it any more. */
    static String spoiled(String text) {
        return text.replaceAll("(?i)" + SPOILABLE, "omnisqlprobe");
    }

    private static boolean isSpecial(String text, int start, int length) {
        return switch (length) {
            case 3 -> text.regionMatches(true, start, "now", 0, 3);
            case 5 -> text.regionMatches(true, start, "today", 0, 5);
            case 8 -> text.regionMatches(true, start, "tomorrow", 0, 8);
            case 9 -> text.regionMatches(true, start, "yesterday", 0, 9);
            default -> false;
        };
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Whether a literal token may be read as the present. One that is not decoded here is taken for one that may. */
    static boolean mayBe(Tokens tokens, int i) {
        if (!tokens.kind(i).isString()) {
            return false;
        }
        String value = Literals.value(tokens, i);
        return value == null || mayBeIn(value);
    }

    /** Whether values of this built-in type hold a date or time somewhere; types of users may. */
    static boolean mayHold(int typeOid) {
        return typeOid >= 16384 || DATE_TYPES.contains(" " + typeOid + " ");
    }

    // date time timestamp timestamptz timetz, tsrange tstzrange daterange, the multiranges, all with their arrays;
    // record, record[], anyarray, unknown: undecided.
    private static final String DATE_TYPES =
            " 1082 1083 1114 1184 1266 1182 1183 1115 1185 1270 3908 3910 3912 3909 3911 3913"
                    + " 4533 4534 4535 6152 6153 6155 2249 2287 2277 705 ";
}
