package io.omnisql.node.apply;

import io.omnisql.node.gateway.StatementResult;
import org.jspecify.annotations.Nullable;

/**
 * Why a transaction came to nothing.
 *
 * @param entry which command of the group
 * @param result the error as the client shall see it
 */
record Failure(int entry, String sqlState, @Nullable String routine, String message, StatementResult result) {
    private static final int TEXT_MAX = 500;

    ApplyError kind() {
        return ApplyError.of(sqlState, routine);
    }

    /** An error that the applier itself found. */
    static Failure of(int entry, StatementResult result) {
        return new Failure(entry, String.valueOf(result.sqlState()), null, "Refused by the applier", result);
    }

    /** The same with as much of its text as the ledger always takes. */
    Failure shortened() {
        return of(entry, Refusal.error(sqlState, shortText()).getFirst());
    }

    /** As much of the message as always fits. */
    String shortText() {
        return message.substring(0, Math.min(TEXT_MAX, message.length()));
    }
}
