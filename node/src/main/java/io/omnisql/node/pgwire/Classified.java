package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.pgwire.ClientSettings.InvalidSetting;
import io.omnisql.node.sql.Classification;
import io.omnisql.node.sql.Classification.CopyOut;
import io.omnisql.node.sql.Classification.OmnisqlSetting;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.Session;
import io.omnisql.node.sql.Classification.TransactionControl;
import io.omnisql.node.sql.SqlStatement;
import io.omnisql.node.sql.StatementClassifier;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One statement of a client and what is to be done with it. */
record Classified(SqlStatement statement, Classification kind) {
    /**
     * What only the client's own session, or only this node, can answer. OIDs and everything named by them differ between nodes;
     * so these are read here, after a wait that is at least as strong as the level asked for.
     */
    private static final Pattern BOUND_TO_THIS_NODE = Pattern.compile(
            "pg_|information_schema|current_setting|currval|lastval|regclass|regtype|regproc|ctid|tableoid",
            Pattern.CASE_INSENSITIVE);

    String sql() {
        return statement.sql();
    }

    /** Why it is not done at all; null when it is. */
    @Nullable
    SqlError refusal() {
        try {
            if (kind instanceof OmnisqlSetting setting) {
                ClientSettings.requireKnown(setting.name());
            }
        } catch (InvalidSetting invalid) {
            return invalid.error();
        }
        return kind instanceof Refused refused
                ? SqlError.withHint(refused.sqlState(), refused.reason(), refused.hint())
                : null;
    }

    /** Whether it goes through the log. */
    boolean isLogged() {
        return StatementClassifier.isLogged(kind);
    }

    /** Whether it may stand in an entry of the log. */
    boolean isLoggable() {
        return isLogged() || kind instanceof Classification.Empty || (kind instanceof Read read && read.mayBeLogged());
    }

    /** Whether it sees the tables' contents, so that the read level matters. */
    boolean readsTables() {
        boolean showsOnly =
                statement.tokens().is(0, "show") || statement.tokens().is(0, "explain");
        return (kind instanceof Read && !showsOnly) || kind instanceof CopyOut;
    }

    /** Whether another node's PostgreSQL would answer the same. */
    boolean isPortable() {
        return kind instanceof Read read
                && read.mayBeLogged()
                && !read.changesSettings()
                && !BOUND_TO_THIS_NODE.matcher(sql()).find();
    }

    /** Whether the session's settings or role may differ afterwards. */
    boolean changesSettings() {
        return switch (kind) {
            case Session session -> session.changesSettings();
            case Read read -> read.changesSettings();
            case OmnisqlSetting setting -> setting.verb() != OmnisqlSetting.Verb.SHOW;
            default -> kind instanceof TransactionControl;
        };
    }

    /** Whether its result may have columns; surely not when it is false. */
    boolean mayGiveRows() {
        boolean isPlainWrite = statement.tokens().isAny(0, "insert", "update", "delete", "merge");
        return !isPlainWrite || statement.tokens().find(0, "returning") >= 0;
    }

    /** Whether PostgreSQL may have fewer prepared statements afterwards. */
    boolean forgetsStatements() {
        return statement.tokens().is(0, "deallocate") || statement.tokens().is(0, "discard");
    }

    boolean isTransactionControl() {
        return kind instanceof TransactionControl;
    }

    /** SHOW omnisql.applied_index: answered here, because PostgreSQL cannot know. */
    boolean showsAppliedIndex() {
        return kind instanceof OmnisqlSetting setting
                && setting.verb() == OmnisqlSetting.Verb.SHOW
                && setting.name().equals(ClientSettings.APPLIED_INDEX);
    }

    /** The name in SHOW name, in lower case; empty when it is no such statement. */
    String shownSetting() {
        boolean isShow = statement.tokens().is(0, "show") && statement.tokens().size() == 2;
        return isShow ? statement.tokens().text(1).toLowerCase(Locale.ROOT) : "";
    }

    /** The text for the client's own session of PostgreSQL; mostly the statement itself. */
    String localSql() {
        return switch (kind) {
            case TransactionControl control -> control.localSql();
            case OmnisqlSetting setting when setting.name().equals("*") -> showAll();
            default -> sql();
        };
    }

    private static String showAll() {
        return ClientSettings.NAMES.stream()
                .map(name -> "('" + ClientSettings.PREFIX + name + "', pg_catalog.current_setting('"
                        + ClientSettings.PREFIX + name + "', true))")
                .collect(Collectors.joining(
                        ", ", "SELECT name, setting FROM (VALUES ", ") AS settings (name, setting)"));
    }

    Map<String, String> hints() {
        return statement.hints();
    }

    /** The first word, for messages. */
    String verb() {
        return statement.isEmpty() ? "" : statement.tokens().text(0).toUpperCase(Locale.ROOT);
    }
}
