package io.omnisql.node.pgprotocol;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fields of an ErrorResponse or a NoticeResponse by their one-letter codes. A code that PostgreSQL adds later is kept too. */
public record ErrorFields(Map<Character, String> byCode) {
    private static final char SEVERITY = 'S';
    private static final char SEVERITY_UNTRANSLATED = 'V';
    private static final char CODE = 'C';
    private static final char MESSAGE = 'M';
    private static final char DETAIL = 'D';
    private static final char HINT = 'H';

    public ErrorFields {
        byCode = Collections.unmodifiableMap(new TreeMap<>(byCode));
    }

    /** An error that ends a statement. */
    public static ErrorFields error(String sqlState, String message) {
        return of("ERROR", sqlState, message);
    }

    /** An error that ends the connection. */
    public static ErrorFields fatal(String sqlState, String message) {
        return of("FATAL", sqlState, message);
    }

    /** A notice that does no harm. */
    public static ErrorFields notice(String severity, String sqlState, String message) {
        return of(severity, sqlState, message);
    }

    private static ErrorFields of(String severity, String sqlState, String message) {
        return new ErrorFields(
                Map.of(SEVERITY, severity, SEVERITY_UNTRANSLATED, severity, CODE, sqlState, MESSAGE, message));
    }

    /** The same with a DETAIL line; null leaves it as it is. */
    public ErrorFields withDetail(@Nullable String detail) {
        return with(DETAIL, detail);
    }

    /** The same with a HINT line; null leaves it as it is. */
    public ErrorFields withHint(@Nullable String hint) {
        return with(HINT, hint);
    }

    private ErrorFields with(char code, @Nullable String value) {
        if (value == null) {
            return this;
        }
        var more = new TreeMap<>(byCode);
        more.put(code, value);
        return new ErrorFields(more);
    }

    /** ERROR, FATAL, PANIC, or a notice's; never translated. */
    public String severity() {
        return byCode.getOrDefault(SEVERITY_UNTRANSLATED, byCode.getOrDefault(SEVERITY, ""));
    }

    /** The SQLSTATE, empty when the other side sent none. */
    public String sqlState() {
        return byCode.getOrDefault(CODE, "");
    }

    /** The primary message. */
    public String message() {
        return byCode.getOrDefault(MESSAGE, "");
    }

    /** The detail, if any. */
    public @Nullable String detail() {
        return byCode.get(DETAIL);
    }

    /** The hint, if any. */
    public @Nullable String hint() {
        return byCode.get(HINT);
    }
}
