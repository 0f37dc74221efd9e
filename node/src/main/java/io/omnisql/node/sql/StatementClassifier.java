package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Definition;
import io.omnisql.node.sql.Classification.Maintenance;
import io.omnisql.node.sql.Classification.Notification;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.Session;
import io.omnisql.node.sql.Classification.TransactionControl.Act;
import io.omnisql.node.sql.Classification.Write;
import java.util.Locale;

/**
 * Tells from a statement's text where it is executed. A guess that it reads is safe, because PostgreSQL refuses the write then; a
 * guess that it writes is safe, because the log executes reads as well. What is not known here is taken for a read.
 */
public final class StatementClassifier {
    private StatementClassifier() {}

    /** The class of one statement. */
    public static Classification classify(SqlStatement statement) {
        try {
            return classify(statement.tokens());
        } catch (TooManyTokens e) {
            return TooManyTokens.REFUSED; // Those of a body within it.
        }
    }

    private static Classification classify(Tokens tokens) {
        if (tokens.areTooMany()) {
            return TooManyTokens.REFUSED;
        }
        if (tokens.size() == 0) {
            return new Classification.Empty();
        }
        if (tokens.isSymbol(0, "(")) {
            return QueryClassifier.classify(tokens);
        }
        if (tokens.kind(0) != TokenKind.WORD) {
            return new Read(false, false);
        }
        return byFirstWord(tokens, tokens.text(0).toLowerCase(Locale.ROOT));
    }

    private static Classification byFirstWord(Tokens tokens, String first) {
        return switch (first) {
            case "select", "values", "table", "with" -> QueryClassifier.classify(tokens);
            case "insert", "update", "delete", "merge" -> QueryClassifier.write(tokens);
            case "explain" -> explain(tokens);
            case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release" ->
                TransactionClassifier.classify(tokens, first);
            case "set", "reset", "show" -> SettingClassifier.classify(tokens, first);
            case "discard" -> new Session(true);
            case "deallocate", "declare", "fetch", "move", "close", "listen", "unlisten" -> session(tokens);
            case "prepare" -> prepare(tokens);
            case "execute" -> new Read(false, true);
            case "notify" -> new Notification();
            case "copy" -> CopyClassifier.classify(tokens);
            case "vacuum", "analyze", "analyse", "checkpoint", "reindex", "cluster" -> maintenance(tokens, first);
            case "lock", "do", "call", "load", "import", "security" -> refused(first);
            default -> DefinitionClassifier.classify(tokens, first);
        };
    }

    private static Classification session(Tokens tokens) {
        Refused refused = QueryClassifier.refusal(tokens);
        return refused != null ? refused : new Session(false);
    }

    private static Classification explain(Tokens tokens) {
        int i = 1;
        if (tokens.isSymbol(i, "(")) {
            i = tokens.closing(i) + 1;
        }
        while (tokens.isAny(i, "analyze", "analyse", "verbose")) {
            i++;
        }
        Refused refused = QueryClassifier.refusal(tokens);
        // A plain EXPLAIN changes nothing. EXPLAIN ANALYZE of a write is what 25006 is for.
        return refused != null ? refused : new Read(false, false);
    }

    private static Classification prepare(Tokens tokens) {
        if (tokens.is(1, "transaction")) {
            return TransactionClassifier.twoPhase();
        }
        int as = tokens.find(1, "as");
        if (as > 0 && tokens.isAny(as + 1, "insert", "update", "delete", "merge")) {
            return Refused.unsupported(
                    "PREPARE of a write keeps it in one node's session, where the log cannot see it",
                    "Use the protocol's prepared statements (every driver does), or send the write itself.");
        }
        Refused refused = QueryClassifier.refusal(tokens);
        return refused != null ? refused : new Session(false);
    }

    private static Classification maintenance(Tokens tokens, String first) {
        boolean exclusive = first.equals("cluster")
                || (first.equals("vacuum") && tokens.find(1, "full") > 0)
                || (first.equals("reindex") && tokens.find(1, "concurrently") < 0);
        return exclusive
                ? Refused.unsupported(
                        first.toUpperCase(Locale.ROOT) + " in this form locks this node's applier out",
                        "Use plain VACUUM, or REINDEX CONCURRENTLY.")
                : new Maintenance();
    }

    private static Refused refused(String first) {
        return switch (first) {
            case "lock" ->
                Refused.unsupported(
                        "LOCK TABLE holds on one node only and would stop its applier",
                        "Writes are executed one after the other anyway: retry on SQLSTATE 40001 instead of locking.");
            case "do" ->
                Refused.unsupported(
                        "the body of DO is not analysed, so it could differ between nodes",
                        "Send its statements one by one, or create a function and call it by SELECT.");
            case "call" ->
                Refused.unsupported(
                        "a procedure may commit by itself, which the log's transaction cannot follow",
                        "Create a function and call it by SELECT.");
            case "load" ->
                Refused.unsupported("LOAD changes one node's session only", "Name it in the node's settings.");
            case "security" -> Refused.unsupported("security labels are not replicated", "Use GRANT and row security.");
            default -> Refused.unsupported("foreign tables are not the cluster's data", "Load the rows by INSERT.");
        };
    }

    /** Whether a transaction block ends with this statement. */
    public static boolean endsTransaction(Classification classification) {
        return classification instanceof Classification.TransactionControl control
                && (control.act() == Act.COMMIT || control.act() == Act.ROLLBACK);
    }

    /** Whether this goes through the log. */
    public static boolean isLogged(Classification classification) {
        return classification instanceof Write
                || classification instanceof Definition
                || classification instanceof Notification;
    }
}
