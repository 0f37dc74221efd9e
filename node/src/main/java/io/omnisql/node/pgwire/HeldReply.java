package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.BackendDecoder;
import io.omnisql.node.pgprotocol.BackendMessage.ErrorResponse;
import io.omnisql.node.pgprotocol.ErrorFields;
import io.omnisql.node.pgprotocol.Piece;
import io.omnisql.node.pgprotocol.SqlState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reply on its way to the client, whose beginning is held until it is certain that the statement does not write: PostgreSQL
 * describes the columns before it runs, so a refused write must not have shown them.
 */
abstract class HeldReply extends Reply {
    private final Consumer<ByteBuffer> client;
    private final List<ByteBuffer> held = new ArrayList<>();
    private boolean hasLeft;
    private @Nullable ErrorFields refusedWrite;

    HeldReply(Kind kind, Consumer<ByteBuffer> client) {
        super(kind);
        this.client = client;
    }

    /** The error of a write in a READ ONLY transaction, if that was it; the client has not seen it. */
    final @Nullable ErrorFields refusedWrite() {
        return refusedWrite;
    }

    /** Whether the client has seen a part of this reply. */
    final boolean hasLeft() {
        return hasLeft;
    }

    @Override
    void frame(Piece.Frame frame) {
        boolean isBeginning = frame.type() == 'T' || frame.type() == 'N';
        if (isBeginning && !hasLeft) {
            held.add(frame.bytes());
        } else if (frame.type() != 'Z') {
            leave(frame.bytes());
        }
    }

    @Override
    void passing(ByteBuffer bytes) {
        leave(bytes);
    }

    @Override
    void failed(Piece.Frame error) {
        if (BackendDecoder.UTF_8.decode(error.type(), error.body()) instanceof ErrorResponse response
                && response.fields().sqlState().equals(SqlState.READ_ONLY_SQL_TRANSACTION)) {
            refusedWrite = response.fields();
            held.clear();
        } else {
            leave(error.bytes());
        }
    }

    private void leave(ByteBuffer bytes) {
        hasLeft = true;
        held.forEach(client);
        held.clear();
        client.accept(bytes);
    }
}
