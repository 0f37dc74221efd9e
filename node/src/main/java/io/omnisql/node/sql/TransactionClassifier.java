package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Refused;
import io.omnisql.node.sql.Classification.TransactionControl;
import io.omnisql.node.sql.Classification.TransactionControl.Access;
import io.omnisql.node.sql.Classification.TransactionControl.Act;

/** Statements that begin, end or describe a transaction. The client's own session only ever sees READ ONLY ones. */
final class TransactionClassifier {
    private TransactionClassifier() {}

    static Classification classify(Tokens tokens, String first) {
        return switch (first) {
            case "begin", "start" -> control(tokens, Act.BEGIN);
            case "commit", "end" -> tokens.is(1, "prepared") ? twoPhase() : control(tokens, Act.COMMIT);
            case "abort" -> control(tokens, Act.ROLLBACK);
            case "rollback" -> tokens.is(1, "prepared") ? twoPhase() : control(tokens, rollback(tokens));
            case "savepoint" -> control(tokens, Act.SAVEPOINT);
            default -> control(tokens, Act.RELEASE);
        };
    }

    /** SET TRANSACTION and SET SESSION CHARACTERISTICS AS TRANSACTION. */
    static Classification settings(Tokens tokens, Act act) {
        return tokens.find(0, "snapshot") > 0
                ? Refused.unsupported("a snapshot belongs to one node", "Use a read level.")
                : control(tokens, act);
    }

    static Refused twoPhase() {
        return Refused.unsupported(
                "two-phase commit is not available to clients", "A statement is already atomic on all nodes.");
    }

    private static Act rollback(Tokens tokens) {
        return tokens.find(1, "to") > 0 ? Act.ROLLBACK_TO : Act.ROLLBACK;
    }

    /** PostgreSQL takes the last of several modes: each that would write is replaced. */
    private static TransactionControl control(Tokens tokens, Act act) {
        var sql = new StringBuilder();
        int copied = 0;
        boolean isReadOnly = false;
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.are(i - 1, "read", "write")) {
                sql.append(tokens.sql(), copied, tokens.start(i)).append("ONLY");
                copied = tokens.end(i);
            }
            isReadOnly |= tokens.are(i - 1, "read", "only");
        }
        sql.append(tokens.sql(), copied, tokens.sql().length());
        if (copied > 0) {
            return new TransactionControl(act, Access.READ_WRITE, sql.toString());
        }
        boolean addsReadOnly = act == Act.BEGIN && !isReadOnly;
        return new TransactionControl(
                act,
                isReadOnly ? Access.READ_ONLY : Access.UNSPECIFIED,
                addsReadOnly ? sql + "\n READ ONLY" : sql.toString());
    }
}
