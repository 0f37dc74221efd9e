package io.omnisql.node.apply;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger takes down with a transaction.
 *
 * @param token shows that it comes from the node
 * @param from the applied index before
 * @param until the applied index after
 * @param packed request ids and small results, null when nothing was executed
 * @param keyed commands with keys of their clients' own
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, never compared.
record LedgerRecord(
        byte[] token,
        long from,
        long until,
        Progress progress,
        byte @Nullable [] packed,
        List<CommandOutcome> keyed,
        boolean changesCatalog) {
    /** Has no literal in it that must stay secret: the token is a parameter, which PostgreSQL shows to nobody. */
    private static final String SQL = "SELECT omnisql.record_applied($1, $2, $3, $4, $5, $6, $7, $8)";

    private static final String KEYS_SQL = "SELECT omnisql.record_keys($1, $2, $3, $4, $5, $6, $7)";

    private static final int BOOL = 16;
    private static final int BYTEA = 17;
    private static final int INT8 = 20;
    private static final int[] TYPES = {BYTEA, INT8, INT8, INT8, INT8, INT8, BYTEA, BOOL};

    /** Adds the statement to a transaction. */
    void addTo(Pipeline pipeline) {
        if (!keyed.isEmpty()) {
            pipeline.control(
                    0,
                    KEYS_SQL,
                    "\\x" + HexFormat.of().formatHex(token),
                    array(keyed, outcome -> outcome.requestId().sessionHigh()),
                    array(keyed, outcome -> outcome.requestId().sessionLow()),
                    array(keyed, outcome -> outcome.requestId().sequence()),
                    array(keyed, CommandOutcome::slot),
                    array(keyed, CommandOutcome::sqlState),
                    Long.toString(progress.timeMicros()));
        }
        pipeline.control(
                0,
                SQL,
                TYPES,
                token,
                int8(from),
                int8(until),
                int8(progress.timeMicros()),
                int8(progress.digest()),
                int8(progress.definitionIndex()),
                packed,
                new byte[] {(byte) (changesCatalog ? 1 : 0)});
    }

    /** The same for a command after which every sequence must be looked at. */
    LedgerRecord withCatalogChange() {
        return new LedgerRecord(token, from, until, progress, packed, keyed, true);
    }

    /** The same for a command that was not executed, and so is not remembered either. */
    LedgerRecord withoutRequests() {
        return new LedgerRecord(token, from, until, progress, null, List.of(), changesCatalog);
    }

    /** As PostgreSQL writes arrays of numbers and SQLSTATEs. */
    static <T> String array(List<T> elements, Function<T, Object> value) {
        return elements.stream()
                .map(element -> "\"" + value.apply(element) + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static byte[] int8(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /**
     * What else moves on with the applied index.
     *
     * @param definitionIndex the index behind the last definition: what was planned before it must be planned again
     */
    record Progress(long timeMicros, long digest, long definitionIndex) {}
}
