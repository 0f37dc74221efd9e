package io.omnisql.node.pgwire;

import io.omnisql.node.gateway.StatementResult;
import io.omnisql.node.pgprotocol.BackendMessage.PortalSuspended;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A statement's result that came back from the cluster, handed out as Execute asks for it. */
final class PortalResult {
    private static final byte[] SUSPENDED = Answers.encoded(new PortalSuspended());
    private final ByteBuffer wire;
    private final boolean isError;

    PortalResult(StatementResult result) {
        this.wire = ByteBuffer.wrap(result.wire());
        this.isError = result.isError();
    }

    boolean isError() {
        return isError;
    }

    /**
     * The answer to one Execute: rows and their end, or {@code rowsMax} rows and PortalSuspended. The columns were told by Describe,
     * so they are left out.
     */
    void execute(int rowsMax, Consumer<ByteBuffer> client) {
        int rows = 0;
        while (wire.hasRemaining()) {
            int start = wire.position();
            byte type = wire.get(start);
            int size = 1 + wire.getInt(start + 1);
            wire.position(start + size);
            if (type != 'T') {
                client.accept(wire.slice(start, size));
            }
            if (type == 'D' && ++rows == rowsMax) {
                client.accept(ByteBuffer.wrap(SUSPENDED));
                return;
            }
        }
    }
}
