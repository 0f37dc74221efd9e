package io.omnisql.node.pgwire;

import io.omnisql.node.pgprotocol.Piece;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A reply that goes to the client as it is, wherever the client's output stands at present. */
class RelayedReply extends Reply {
    private final Consumer<ByteBuffer> client;
    private final Consumer<Piece.Frame> onError;
    private final Runnable undo;

    /**
     * @param onError what to do with an error instead of relaying it
     * @param undo takes back what was noted when the message was sent, because it had no effect
     */
    RelayedReply(Kind kind, Consumer<ByteBuffer> client, Consumer<Piece.Frame> onError, Runnable undo) {
        super(kind);
        this.client = client;
        this.onError = onError;
        this.undo = undo;
    }

    @Override
    void frame(Piece.Frame frame) {
        client.accept(frame.bytes());
    }

    @Override
    void passing(ByteBuffer bytes) {
        client.accept(bytes);
    }

    @Override
    void failed(Piece.Frame error) {
        undo.run();
        onError.accept(error);
    }

    @Override
    void skipped() {
        undo.run();
    }
}
