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

    private static TransactionControl control(Tokens tokens, Act act) {
        int write = mode(tokens, "write");
        int only = mode(tokens, "only");
        if (write > 0) {
            String sql = tokens.sql().substring(0, tokens.start(write))
                    + "ONLY"
                    + tokens.sql().substring(tokens.end(write));
            return new TransactionControl(act, Access.READ_WRITE, sql);
        }
        Access access = only > 0 ? Access.READ_ONLY : Access.UNSPECIFIED;
        boolean addsReadOnly = act == Act.BEGIN && only < 0;
        return new TransactionControl(act, access, addsReadOnly ? tokens.sql() + "\n READ ONLY" : tokens.sql());
    }

    private static int mode(Tokens tokens, String mode) {
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.is(i, mode) && tokens.is(i - 1, "read")) {
                return i;
            }
        }
        return -1;
    }
}
