package io.omnisql.node.apply;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.RequestId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command gave.
 *
 * @param results empty when they were not kept because they are large and nobody waits for them
 * @param digest the same on every replica
 * @param isKeyed whether the client gave a key of its own, so that the result is recorded even when it is not small
 */
record CommandOutcome(RequestId requestId, long slot, List<StatementResult> results, long digest, boolean isKeyed) {
    /** Results up to this size are recorded for every command. */
    static final int SMALL_BYTES_MAX = 1 << 10;
    /** Results up to this size are recorded for commands with a key of the client's own. */
    static final int KEYED_BYTES_MAX = 1 << 20;

    /** Of a command that had no effect: what its statements gave before that one which failed, and the error. */
    static CommandOutcome failed(DecidedCommand command, List<StatementResult> before, Failure failure) {
        var results = new ArrayList<StatementResult>(before);
        results.add(failure.result());
        boolean isKeyed = command.envelope().hasIdempotencyKey();
        return new CommandOutcome(command.requestId(), command.slot(), results, ResultDigest.FAILED, isKeyed);
    }

    /** The SQLSTATE with which the command failed, or nothing. */
    String sqlState() {
        String last = results.isEmpty() ? null : results.getLast().sqlState();
        return last == null ? "" : last;
    }

    /** Whether the ledger takes the results down. */
    boolean isRecorded() {
        long bytes = 0;
        for (StatementResult result : results) {
            bytes += result.wire().length;
        }
        return !results.isEmpty() && bytes <= (isKeyed ? KEYED_BYTES_MAX : SMALL_BYTES_MAX);
    }
}
