package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.Write;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** SELECT, VALUES, TABLE, WITH and parenthesised queries; and what a READ ONLY transaction would let through though it must not. */
final class QueryClassifier {
    private QueryClassifier() {}

    static Classification classify(Tokens tokens) {
        int into = selectInto(tokens);
        if (into > 0) {
            return DefinitionClassifier.selectInto(tokens, into);
        }
        Refused refused = refusal(tokens);
        if (refused != null) {
            return refused;
        }
        boolean writes = containsWrite(tokens) || calls(tokens, "pg_notify");
        return writes ? new Write() : new Read(true, calls(tokens, "set_config"));
    }

    /** INSERT, UPDATE, DELETE, MERGE. */
    static Classification write(Tokens tokens) {
        Refused refused = refusal(tokens);
        return refused != null ? refused : new Write();
    }

    /** Why the functions it calls are refused wherever they stand; null when there is no reason. */
    static @Nullable Refused refusal(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            if (!tokens.isSymbol(i, "(") || !tokens.kind(i - 1).isName()) {
                continue;
            }
            Refused refused = refusedCall(tokens, i - 1);
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private static @Nullable Refused refusedCall(Tokens tokens, int i) {
        String name = tokens.name(i);
        if (name == null) {
            return Refused.unsupported("a function's name in U&\"...\" is not looked into", "Write it plainly.");
        }
        if (name.equals("set_config")) {
            return setConfig(tokens, i);
        }
        if (name.startsWith("pg_advisory_") || name.startsWith("pg_try_advisory_")) {
            return Refused.unsupported(
                    "an advisory lock would hold on this node only", "Let a row of a table be the lock.");
        }
        if (isLargeObject(name)) {
            return Refused.unsupported("large objects are not replicated", "Use a column of type bytea.");
        }
        return NODE_FUNCTIONS.contains(name) || name.startsWith("dblink") || name.startsWith("binary_upgrade_")
                ? Refused.unsupported(
                        name + "() acts on one node, behind the log's back", "It is for the operator's tools only.")
                : null;
    }

    private static @Nullable Refused setConfig(Tokens tokens, int i) {
        String name = Literals.value(tokens, i + 2);
        if (name == null || !tokens.isSymbol(i + 3, ",")) {
            return Refused.unsupported(
                    "set_config of a computed name is not looked into", "Name the setting by a literal.");
        }
        if (name.toLowerCase(Locale.ROOT).startsWith("omnisql.")) {
            return Refused.unsupported("omnisql.* is the node's own", "Use SET omnisql.name = value.");
        }
        return SessionSettings.refusal(name, Literals.value(tokens, i + 4));
    }

    private static boolean isLargeObject(String name) {
        return LARGE_OBJECT_FUNCTIONS.contains(name);
    }

    private static boolean calls(Tokens tokens, String function) {
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.isSymbol(i, "(") && function.equals(tokens.name(i - 1))) {
                return true;
            }
        }
        return false;
    }

    /** A write as the main statement behind WITH, or within parentheses as a common table expression. */
    private static boolean containsWrite(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.isAny(i, "insert", "update", "delete", "merge")
                    && tokens.isSymbol(i - 1, "(")
                    && !tokens.isSymbol(i + 1, ")")
                    && !tokens.isSymbol(i + 1, ",")) {
                return true;
            }
        }
        return tokens.is(0, "with") && mainWrites(tokens);
    }

    private static boolean mainWrites(Tokens tokens) {
        int depth = 0;
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.isSymbol(i, "(")) {
                depth++;
            } else if (tokens.isSymbol(i, ")")) {
                depth--;
            } else if (depth == 0 && tokens.isAny(i, "select", "values", "table")) {
                return false;
            } else if (depth == 0
                    && tokens.isSymbol(i - 1, ")")
                    && tokens.isAny(i, "insert", "update", "delete", "merge")) {
                return true;
            }
        }
        return false;
    }

    /** The place of INTO of SELECT ... INTO, or -1. */
    private static int selectInto(Tokens tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            boolean isLabel = tokens.is(i - 1, "as") || tokens.isSymbol(i - 1, ".");
            if (tokens.is(i, "into") && !isLabel && !tokens.isAny(i - 1, "insert", "merge")) {
                return i;
            }
        }
        return -1;
    }

    private static final List<String> LARGE_OBJECT_FUNCTIONS = List.of(
            "lo_create",
            "lo_creat",
            "lo_from_bytea",
            "lo_import",
            "lo_export",
            "lo_open",
            "lo_put",
            "lo_truncate",
            "lo_truncate64",
            "lo_unlink",
            "loread",
            "lowrite");

    private static final List<String> NODE_FUNCTIONS = List.of(
            "pg_backup_start",
            "pg_backup_stop",
            "pg_copy_logical_replication_slot",
            "pg_copy_physical_replication_slot",
            "pg_create_logical_replication_slot",
            "pg_create_physical_replication_slot",
            "pg_create_restore_point",
            "pg_drop_replication_slot",
            "pg_export_snapshot",
            "pg_import_system_collations",
            "pg_logical_emit_message",
            "pg_logical_slot_get_changes",
            "pg_ls_dir",
            "pg_nextoid",
            "pg_promote",
            "pg_read_binary_file",
            "pg_read_file",
            "pg_reload_conf",
            "pg_replication_slot_advance",
            "pg_rotate_logfile",
            "pg_stat_file",
            "pg_stop_making_pinned_objects",
            "pg_switch_wal",
            "pg_terminate_backend",
            "pg_cancel_backend",
            "pg_wal_replay_pause",
            "pg_wal_replay_resume");
}
