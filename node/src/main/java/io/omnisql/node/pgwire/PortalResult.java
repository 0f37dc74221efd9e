package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.CommandComplete;
import io.omnisql.node.pgprotocol.BackendMessage.PortalSuspended;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A statement's result that came back from the cluster, handed out as Execute asks for it. */
final class PortalResult {
    private static final byte[] SUSPENDED = Answers.encoded(new PortalSuspended());
    private static final int HEADER_BYTES = 5;
    private static final Pattern COUNT = Pattern.compile("\\d+$");
    private final ByteBuffer wire;
    private final boolean isError;
    private boolean hasColumns;
    private byte[] endAgain = {};

    PortalResult(StatementResult result) {
        this.wire = ByteBuffer.wrap(result.wire());
        this.isError = result.isError();
    }

    boolean isError() {
        return isError;
    }

    /** Whether one more Execute is allowed: PostgreSQL runs a portal without rows once only. */
    boolean canRunAgain() {
        return wire.hasRemaining() || hasColumns;
    }

    /**
     * The answer to one Execute: rows and their end, or {@code rowsMax} rows and PortalSuspended; behind the end once more the end, of
     * no rows. The columns were told by Describe, so they are left out.
     */
    void execute(int rowsMax, Consumer<ByteBuffer> client) {
        if (!wire.hasRemaining()) {
            client.accept(ByteBuffer.wrap(endAgain));
            return;
        }
        int rows = 0;
        while (wire.hasRemaining()) {
            int start = wire.position();
            byte type = wire.get(start);
            int size = 1 + wire.getInt(start + 1);
            wire.position(start + size);
            if (type == 'T') {
                hasColumns = true;
            } else {
                client.accept(wire.slice(start, size));
            }
            if (type == 'C') {
                endAgain = ofNoRows(wire.slice(start + HEADER_BYTES, size - HEADER_BYTES));
            }
            if (type == 'D' && ++rows == rowsMax) {
                client.accept(ByteBuffer.wrap(SUSPENDED));
                return;
            }
        }
    }

    private static byte[] ofNoRows(ByteBuffer completion) {
        var complete = (CommandComplete) BackendDecoder.UTF_8.decode((byte) 'C', completion);
        return Answers.encoded(new CommandComplete(COUNT.matcher(complete.tag()).replaceFirst("0")));
    }
}
