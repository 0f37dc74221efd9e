package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.CopyOut;
import io.omnisql.node.sql.Classification.Refused;

/** COPY in its forms. */
final class CopyClassifier {
    private CopyClassifier() {}

    static Classification classify(Tokens tokens) {
        if (tokens.isSymbol(1, "(")) {
            int close = tokens.closing(1);
            return tokens.isAny(2, "insert", "update", "delete", "merge")
                    ? Refused.unsupported("COPY of a write is not supported", "Use the statement's RETURNING.")
                    : out(tokens, close + 1);
        }
        int depth = 0;
        for (int i = 1; i < tokens.size(); i++) {
            if (tokens.isSymbol(i, "(")) {
                depth++;
            } else if (tokens.isSymbol(i, ")")) {
                depth--;
            } else if (depth == 0 && tokens.is(i, "from")) {
                return in(tokens, i);
            } else if (depth == 0 && tokens.is(i, "to")) {
                return out(tokens, i);
            }
        }
        return new Classification.Read(false, false);
    }

    private static Classification in(Tokens tokens, int from) {
        return tokens.is(from + 1, "stdin")
                ? Refused.unsupported(
                        "COPY FROM STDIN does not go through the log yet",
                        "Use INSERT with many rows of VALUES, or a driver's batches.")
                : serverFile();
    }

    private static Classification out(Tokens tokens, int to) {
        if (!tokens.is(to + 1, "stdout")) {
            return serverFile();
        }
        Refused refused = QueryClassifier.refusal(tokens);
        return refused != null ? refused : new CopyOut();
    }

    private static Refused serverFile() {
        return Refused.unsupported(
                "COPY from or to a file or program would touch one node only", "Use COPY ... TO STDOUT or INSERT.");
    }
}
