package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Refused;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of PostgreSQL's settings travel with a command, and which a client's session may not change. */
public final class SessionSettings {
    private SessionSettings() {}

    /** Settings that may change the value or the meaning of a statement, by lower-case name. They travel in the envelope. */
    public static final List<String> VALUE_AFFECTING = List.of(
            "array_nulls",
            "backslash_quote",
            "bytea_output",
            "check_function_bodies",
            "createrole_self_grant",
            "datestyle",
            "default_table_access_method",
            "default_text_search_config",
            "default_toast_compression",
            "escape_string_warning",
            "extra_float_digits",
            "intervalstyle",
            "lc_monetary",
            "lc_numeric",
            "lc_time",
            "plpgsql.check_asserts",
            "plpgsql.variable_conflict",
            "quote_all_identifiers",
            "restrict_nonsystem_relation_kind",
            "row_security",
            "search_path",
            "timezone",
            "timezone_abbreviations",
            "transform_null_equals",
            "xmlbinary",
            "xmloption");

    /**
     * Reads what the envelope needs from the client's own session: one row for each value-affecting setting that the session, its
     * role or its database changed, then the current role as {@code role} and the login role as {@code session_user}. Columns:
     * name, value. No parameters.
     */
    public static final String CURRENT = "SELECT pg_catalog.lower(name), pg_catalog.current_setting(name)"
            + " FROM pg_catalog.pg_settings WHERE source IN ('client', 'session', 'user', 'database', 'database user')"
            + " AND pg_catalog.lower(name) IN ('" + String.join("','", VALUE_AFFECTING) + "')"
            + " UNION ALL SELECT 'role', current_user UNION ALL SELECT 'session_user', session_user";

    /** Whether the setting travels in the envelope. */
    public static boolean isValueAffecting(String name) {
        return VALUE_AFFECTING.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Why a client may not give its session this value, by SET, set_config or as a startup option; null when it may.
     *
     * @param value null when it is not a plain literal
     */
    public static @Nullable Refused refusal(String name, @Nullable String value) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "transaction_read_only", "default_transaction_read_only" -> isOn(value) ? null : readOnly();
            case "standard_conforming_strings" ->
                isOn(value)
                        ? null
                        : Refused.unsupported(
                                "standard_conforming_strings must stay on", "Write backslash escapes as E'...'.");
            case "client_encoding" ->
                isUtf8(value) ? null : Refused.unsupported("only UTF8 is spoken", "SET client_encoding = 'UTF8'");
            case "session_authorization" ->
                Refused.unsupported("the login role is part of each command", "Use SET ROLE.");
            case "session_replication_role" ->
                Refused.unsupported("triggers must fire alike on all nodes", "Leave session_replication_role alone.");
            case "omnisql.envelope" -> Refused.unsupported("omnisql.envelope is the applier's", "Leave it alone.");
            default -> null;
        };
    }

    private static Refused readOnly() {
        return Refused.unsupported(
                "a client's own session is read only: its writes go through the log",
                "Just send the write; nothing needs to be switched.");
    }

    private static boolean isOn(@Nullable String value) {
        return value != null
                && List.of("on", "true", "yes", "1", "default", "t", "y").contains(value.toLowerCase(Locale.ROOT));
    }

    private static boolean isUtf8(@Nullable String value) {
        return value != null && List.of("utf8", "utf-8", "unicode", "default").contains(value.toLowerCase(Locale.ROOT));
    }
}
