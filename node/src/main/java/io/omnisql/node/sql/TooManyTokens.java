package io.omnisql.node.sql;

import io.omnisql.node.sql.Classification.Refused;

/** A text has more tokens, or more statements, than this node takes apart. Never leaves the room: the client is told {@link #REFUSED}. */
final class TooManyTokens extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    static final Refused REFUSED = new Refused(
            "54000",
            "a text may have at most " + Scanner.TOKENS_MAX + " words, literals and signs, and "
                    + StatementSplitter.STATEMENTS_MAX + " statements",
            "Send it in several pieces, and long lists of values as parameters (an array).");

    TooManyTokens() {
        super(REFUSED.reason());
    }
}
