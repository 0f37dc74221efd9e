package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Definition;
import io.omnisql.node.sql.Classification.Notification;
import io.omnisql.node.sql.Classification.Read;
import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.Write;
import io.omnisql.node.sql.ReplicatedStatement.Grouping;
import io.omnisql.node.sql.ReplicatedStatement.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A client's statement on its way into the log: rewritten, and waiting for the verdict on what has to be analysed.
 *
 * @param sql what every replica will execute
 * @param shape key of the verdict
 * @param analysed what PostgreSQL must analyse before; empty when nothing needs it
 * @param isDefinition whether it changes the catalog
 */
public record StatementDraft(String sql, String shape, List<String> analysed, boolean isDefinition) {
    /** SQLSTATE of a command that asks for time or chance but was proposed without: to be proposed again with its inputs. */
    public static final String INPUTS_MISSING = "OM001";

    public StatementDraft {
        analysed = List.copyOf(analysed);
    }

    /** A draft, or why there is none. */
    public sealed interface Drafted {
        /** It may go on. */
        record Ready(StatementDraft draft) implements Drafted {}

        /** It must not be replicated. */
        record No(Refused refused) implements Drafted {}
    }

    /** A statement as every replica executes it, or why it is not replicated after all. */
    public sealed interface Finished {
        /**
         * It may enter the log.
         *
         * @param needsInputs whether the envelope's time and seed are needed
         */
        record Ready(ReplicatedStatement statement, boolean needsInputs) implements Finished {}

        /**
         * It does not enter the log.
         *
         * @param sqlState 0A000, or PostgreSQL's own when it does not accept the statement
         */
        record No(String sqlState, String reason, String hint) implements Finished {}
    }

    /**
     * Rewrites a statement that belongs into the log: a write, a definition, or a read that turned out to write.
     *
     * @param verifier makes a SCRAM verifier of a password in plain text
     */
    public static Drafted of(SqlStatement statement, UnaryOperator<String> verifier) {
        try {
            return drafted(statement, verifier);
        } catch (TooManyTokens e) {
            return new Drafted.No(TooManyTokens.REFUSED); // They became so many by the rewriting.
        }
    }

    private static Drafted drafted(SqlStatement statement, UnaryOperator<String> verifier) {
        Classification classification = StatementClassifier.classify(statement);
        return switch (classification) {
            case Write write -> ready(written(statement));
            case Read read when read.mayBeLogged() -> ready(written(statement));
            case Notification notification -> ready(new StatementDraft(statement.sql(), "", List.of(), false));
            case Definition definition -> definition(statement, definition, verifier);
            case Refused refused -> new Drafted.No(refused);
            default ->
                new Drafted.No(Refused.unsupported(
                        "this statement cannot be part of a replicated command", "Send it by itself."));
        };
    }

    private static Drafted ready(StatementDraft draft) {
        return new Drafted.Ready(draft);
    }

    private static StatementDraft written(SqlStatement statement) {
        Tokens tokens = statement.tokens();
        String sql = InputRewriter.rewrite(tokens);
        Tokens sample = RepeatedRows.sample(tokens);
        String analysed = sample.equals(tokens) ? sql : InputRewriter.rewrite(sample);
        return new StatementDraft(
                sql, new SqlStatement(0, sample, statement.hints()).shape(), List.of(analysed), false);
    }

    private static Drafted definition(SqlStatement statement, Definition definition, UnaryOperator<String> verifier) {
        if (!PasswordRewriter.isReadable(statement.tokens())) {
            return new Drafted.No(
                    Refused.unsupported("a password in U&'...' is not looked into", "Write it as '...' or E'...'."));
        }
        String sql = PasswordRewriter.rewrite(Scanner.scan(definition.sql()), verifier);
        return ready(new StatementDraft(sql, String.join(";", definition.analysed()), definition.analysed(), true));
    }

    /**
     * A definition as it is tried out for the sake of statements behind it: CREATE TABLE AS without its rows, because what their query
     * takes from a sequence would not come back.
     */
    public String trial() {
        Tokens tokens = Scanner.scan(sql);
        boolean fillsTable = tokens.is(0, "create") && !analysed.isEmpty();
        return fillsTable ? DefinitionClassifier.withoutDataClause(tokens, 0) + "\nWITH NO DATA" : sql;
    }

    /** The statement as it enters the log, after the verdict. */
    public Finished finish(Verdict verdict, List<Parameter> parameters, List<Integer> resultFormats) {
        return switch (verdict) {
            case Verdict.Unsafe unsafe -> new Finished.No("0A000", unsafe.reason(), unsafe.hint());
            case Verdict.Invalid invalid -> new Finished.No(invalid.sqlState(), invalid.message(), "");
            case Verdict.Safe safe -> finish(safe, parameters, resultFormats);
        };
    }

    private Finished finish(Verdict.Safe safe, List<Parameter> parameters, List<Integer> resultFormats) {
        for (int number : safe.dateParameters()) {
            if (number <= parameters.size() && isPresentDate(parameters.get(number - 1))) {
                return new Finished.No(
                        "0A000",
                        "the value of parameter $" + number + " reads each node's clock",
                        "Send the date itself, or use now() or CURRENT_DATE in the statement.");
            }
        }
        ReplicatedStatement statement = new ReplicatedStatement(
                sql, isDefinition ? Grouping.ALONE : Grouping.SHARED, parameters, resultFormats);
        return new Finished.Ready(statement, isDefinition || safe.needsInputs());
    }

    private static boolean isPresentDate(Parameter parameter) {
        byte[] value = parameter.value();
        return parameter.format() == 0
                && value != null
                && SpecialDates.mayBeIn(new String(value, StandardCharsets.UTF_8));
    }
}
