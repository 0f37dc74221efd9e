package io.omnisql.node.apply;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.sql.RequestId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The request ids and small results of consecutive commands as the bytes of one ledger row. A result like the one before takes one
 * byte, which is what most results are.
 */
final class RecordedCommands {
    private static final byte LIKE_BEFORE = 0;
    private static final byte RESULTS = 1;
    private static final byte NOT_KEPT = 2;
    private static final int ID_BYTES = 3 * Long.BYTES;

    private RecordedCommands() {}

    /** The row's bytes. */
    static byte[] encode(List<CommandOutcome> outcomes) {
        var bytes = new ByteArrayOutputStream(outcomes.size() * (ID_BYTES + 1) + 64);
        try (var out = new DataOutputStream(bytes)) {
            List<StatementResult> before = List.of();
            for (CommandOutcome outcome : outcomes) {
                out.writeLong(outcome.requestId().sessionHigh());
                out.writeLong(outcome.requestId().sessionLow());
                out.writeLong(outcome.requestId().sequence());
                if (!outcome.isRecorded()) {
                    out.writeByte(NOT_KEPT);
                } else if (isSame(outcome.results(), before)) {
                    out.writeByte(LIKE_BEFORE);
                } else {
                    write(out, outcome.results());
                    before = outcome.results();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /** The request ids of a row, in the order of their slots. */
    static List<RequestId> ids(byte[] packed) {
        return decode(packed).stream().map(Recorded::id).toList();
    }

    /** The results of the row's command at a place; empty when they were not kept. */
    static List<StatementResult> results(byte[] packed, int place) {
        return decode(packed).get(place).results();
    }

    private record Recorded(RequestId id, List<StatementResult> results) {}

    private static List<Recorded> decode(byte[] packed) {
        var recorded = new ArrayList<Recorded>();
        var in = ByteBuffer.wrap(packed);
        List<StatementResult> before = List.of();
        while (in.hasRemaining()) {
            var id = new RequestId(in.getLong(), in.getLong(), in.getLong());
            byte kind = in.get();
            if (kind == RESULTS) {
                before = read(in);
            }
            recorded.add(new Recorded(id, kind == NOT_KEPT ? List.of() : before));
        }
        return recorded;
    }

    @SuppressWarnings("ReferenceEquality") // The builder shares equal ones; a miss only costs bytes.
    private static boolean isSame(List<StatementResult> results, List<StatementResult> before) {
        if (results.size() != before.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            if (results.get(i) != before.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static void write(DataOutputStream out, List<StatementResult> results) throws IOException {
        out.writeByte(RESULTS);
        out.writeShort(results.size());
        for (StatementResult result : results) {
            String sqlState = result.sqlState() == null ? "" : result.sqlState();
            out.writeByte(sqlState.length());
            out.write(sqlState.getBytes(StandardCharsets.US_ASCII));
            out.writeInt(result.wire().length);
            out.write(result.wire());
        }
    }

    private static List<StatementResult> read(ByteBuffer in) {
        var results = new ArrayList<StatementResult>();
        int count = in.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            var sqlState = new byte[in.get()];
            in.get(sqlState);
            var wire = new byte[in.getInt()];
            in.get(wire);
            String code = sqlState.length == 0 ? null : new String(sqlState, StandardCharsets.US_ASCII);
            results.add(new StatementResult(wire, code));
        }
        return results;
    }
}
