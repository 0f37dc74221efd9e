package io.omnisql.node.http;

import io.omnisql.node.gateway.ReadLevel;
import io.omnisql.node.gateway.SqlError;
import io.omnisql.node.gateway.WriteCommand.WriteStatement;
import io.omnisql.node.sql.Classification;
import io.omnisql.node.sql.SqlStatement;
import io.omnisql.node.sql.StatementClassifier;
import io.omnisql.node.sql.StatementSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the statements of a request go.
 *
 * @param statements one by one: texts that hold several are cut
 * @param writes whether any belongs into the log, and then all do
 * @param mayBeLogged whether reads that turn out to write may go into the log
 * @param asked the strictest read level that a statement's leading comment asks for
 */
record StatementPlan(List<WriteStatement> statements, boolean writes, boolean mayBeLogged, Optional<ReadLevel> asked) {

    static StatementPlan of(List<WriteStatement> given) throws RequestRefused {
        List<WriteStatement> statements = new ArrayList<>();
        boolean writes = false;
        boolean mayBeLogged = true;
        Optional<ReadLevel> asked = Optional.empty();
        for (WriteStatement statement : given) {
            for (SqlStatement part : split(statement)) {
                Classification classification = StatementClassifier.classify(part);
                check(classification);
                writes |= StatementClassifier.isLogged(classification);
                mayBeLogged &= !(classification instanceof Classification.Read read) || read.mayBeLogged();
                asked = strictest(asked, part);
                statements.add(new WriteStatement(part.sql(), statement.parameters(), statement.resultFormats()));
                if (statements.size() > RequestReader.STATEMENTS_MAX) {
                    throw RequestRefused.malformed(
                            "a request has at most " + RequestReader.STATEMENTS_MAX + " statements");
                }
            }
        }
        return new StatementPlan(statements, writes, mayBeLogged, asked);
    }

    private static List<SqlStatement> split(WriteStatement statement) throws RequestRefused {
        List<SqlStatement> parts = StatementSplitter.split(statement.sql());
        if (parts.size() > 1 && !statement.parameters().isEmpty()) {
            throw new RequestRefused(SqlError.withHint(
                    "42601",
                    "a text with parameters must be one statement",
                    "Give several statements as statements: [{\"sql\": ..., \"parameters\": [...]}, ...]."));
        }
        return parts;
    }

    private static Optional<ReadLevel> strictest(Optional<ReadLevel> asked, SqlStatement statement)
            throws RequestRefused {
        String name = statement.hints().get("read_level");
        if (name == null) {
            return asked;
        }
        ReadLevel level = ReadLevel.parse(name)
                .orElseThrow(() -> RequestRefused.malformed("there is no read level \"" + name + "\""));
        return Optional.of(asked.filter(other -> other.compareTo(level) > 0).orElse(level));
    }

    private static void check(Classification classification) throws RequestRefused {
        switch (classification) {
            case Classification.Read read -> {}
            case Classification.Write write -> {}
            case Classification.Notification notification -> {}
            case Classification.Definition definition -> {}
            case Classification.Empty empty -> throw new RequestRefused(SqlError.of("42601", "a statement is empty"));
            case Classification.Refused(String sqlState, String reason, String hint) ->
                throw new RequestRefused(SqlError.withHint(sqlState, reason, hint));
            case Classification.TransactionControl control ->
                throw unsupported(
                        "a request cannot begin or end a transaction",
                        "All statements of one request are one transaction already.");
            case Classification.Session session ->
                throw unsupported(
                        "there is no session over HTTP that this statement could change",
                        "Give settings in the request's \"settings\", or use the SQL port.");
            case Classification.OmnisqlSetting setting ->
                throw unsupported(
                        "settings of OmniSQL are not given by statements over HTTP",
                        "Use read_level, max_staleness, not_before, timeout and idempotency_key of the request.");
            case Classification.Maintenance maintenance ->
                throw unsupported("maintenance is not done over HTTP", "Use the SQL port of the node that needs it.");
            case Classification.CopyOut copy ->
                throw unsupported("COPY is not possible over HTTP", "Use SELECT, or the SQL port.");
        }
    }

    private static RequestRefused unsupported(String message, String hint) {
        return new RequestRefused(SqlError.withHint("0A000", message, hint));
    }

    static SqlError hiddenWrite() {
        return SqlError.withHint(
                "0A000", "the statement writes in a way that the log cannot carry", "Send the write itself.");
    }

    /** At which level to read when the request does not say it. */
    ReadLevel level(ReadLevel standard) {
        return asked.orElse(standard);
    }
}
